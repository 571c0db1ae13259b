import { type ErrorCode, ServiceError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { LostPicture } from './lost-picture.ts';
import type { PoolJob } from './pool-types.ts';
import type { EngineResult } from './protocol.ts';
import type { Quarantine } from './quarantine.ts';

export interface DispatchOptions {
  /** The engines that take pictures now. */
  engines: () => readonly Engine[];
  /** How many pictures that wait for their detections an engine holds at most. */
  slotsPerEngine: number;
  quarantine: Quarantine;
  /** A picture of a dead engine is given to another. */
  onRetry: () => void;
  /** A picture is refused because engines have died of it. */
  onRefusal: () => void;
}

/** Which engine gets which picture, and what becomes of it when that engine dies. */
export interface Dispatch {
  /** Pictures that would be taken right now. */
  freeSlots(): number;
  /** Rejects with `ServiceError`, or with the signal's reason as soon as it is aborted. */
  detect(job: PoolJob, signal?: AbortSignal): Promise<EngineResult>;
  /** To be called when slots may have come free: gives them to the pictures that wait here. */
  pump(): void;
  /** Takes no more, and fails those that wait here. */
  close(): void;
}

/** Answers that do not say what the picture does to an engine. */
const UNTOLD: readonly ErrorCode[] = ['internal', 'unavailable'];

/** One picture until its answer. */
interface Task {
  job: PoolJob;
  signal: AbortSignal | undefined;
  /** No other picture may be inside its engine: the quarantine wants to know what it does on its own. */
  isolated: boolean;
  retried: boolean;
  resolve(result: EngineResult): void;
  reject(reason: unknown): void;
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const { engines, slotsPerEngine, quarantine, onRetry, onRefusal } = options;
  // What does not go straight to an engine: pictures of a dead one, and isolated ones.
  const waiting = new Set<Task>();
  // The one engine that is kept for isolated pictures, one after another; undefined while there are none.
  let emptied: Engine | undefined;
  // An isolated picture is inside it, perhaps still after its caller has left.
  let occupied = false;
  let closed = false;

  const free = (engine: Engine) => (engine === emptied ? 0 : slotsPerEngine - engine.detecting);

  function freeSlots(): number {
    if (closed) return 0;
    // Isolated pictures that wait count as being in the slots of the engine that is emptied for them; only those for which these are too few
    // take slots of others. Any other picture waits only while no slot is free at all.
    let beyond = emptied === undefined ? 0 : emptied.detecting - slotsPerEngine;
    for (const task of waiting) if (task.isolated) beyond += 1;
    const slots = engines().reduce((sum, engine) => sum + free(engine), 0);
    return Math.max(0, slots - Math.max(0, beyond));
  }

  /** The engine with most free slots, of several the one that draws fewest pictures; undefined where none has any. */
  function roomiest(): Engine | undefined {
    const roomier = (one: Engine, other: Engine) => free(one) - free(other) || other.jobs - one.jobs;
    let best: Engine | undefined;
    for (const engine of engines()) if (best === undefined || roomier(engine, best) > 0) best = engine;
    return best !== undefined && free(best) > 0 ? best : undefined;
  }

  /**
   * Chooses the engine that is kept for isolated pictures: while one is inside that does not change; else it is the one with fewest pictures,
   * as long as any wait.
   */
  function keepEngine(): void {
    const living = engines();
    let best = emptied !== undefined && living.includes(emptied) ? emptied : undefined;
    if (best === undefined || best.jobs === 0) occupied = false;
    if (occupied) return;
    for (const engine of living) if (best === undefined || engine.jobs < best.jobs) best = engine;
    emptied = [...waiting].some(task => task.isolated) ? best : undefined;
  }

  function wait(task: Task): void {
    waiting.add(task);
    const leave = () => {
      if (!waiting.delete(task)) return;
      task.reject(task.signal?.reason);
      pump();
    };
    task.signal?.addEventListener('abort', leave, { once: true });
    const settled = (settle: () => void) => {
      task.signal?.removeEventListener('abort', leave);
      settle();
    };
    const { resolve, reject } = task;
    task.resolve = result => settled(() => resolve(result));
    task.reject = reason => settled(() => reject(reason));
    pump();
  }

  function pump(): void {
    // The verdict on them may have changed while they waited. All of them first: one that need not be alone any more may go into the engine that
    // was kept for it.
    for (const task of waiting) judge(task);
    keepEngine();
    for (const task of waiting) {
      const engine = task.isolated ? emptied : roomiest();
      if (engine === undefined || (task.isolated && engine.jobs > 0)) continue;
      waiting.delete(task);
      if (task.isolated) occupied = true;
      give(task, engine);
    }
  }

  /** Sets `isolated` by the quarantine's verdict. False when the picture is refused: it has its answer then. */
  function judge(task: Task): boolean {
    const verdict = quarantine.verdictOn(task.job.bytes);
    task.isolated = verdict === 'isolated';
    if (verdict !== 'refused') return true;
    waiting.delete(task);
    onRefusal();
    task.reject(
      new ServiceError('unprocessable_image', 'Engines have died of this picture; it is not tried again for now.'),
    );
    return false;
  }

  function give(task: Task, engine: Engine): void {
    const alone = engines().every(({ jobs }) => jobs === 0);
    engine.detect(task.job, alone, task.signal).then(
      result => {
        quarantine.survived(task.job.bytes);
        task.resolve(result);
      },
      (error: unknown) => {
        if (error instanceof LostPicture) return lost(task, error);
        // An engine that refuses a picture has survived it. That the caller gave up or memory was short says nothing, and a bug is no good sign.
        const refused = error instanceof ServiceError && !UNTOLD.includes(error.code);
        if (refused && !task.signal?.aborted) quarantine.survived(task.job.bytes);
        task.reject(error);
      },
    );
  }

  function lost(task: Task, { message, atWork }: LostPicture): void {
    if (!judge(task)) return;
    if (task.signal?.aborted) task.reject(task.signal.reason);
    else if (atWork || task.retried || closed) {
      task.reject(new ServiceError('unavailable', message, { retryAfterS: 1 }));
    } else {
      task.retried = true;
      onRetry();
      wait(task);
    }
  }

  return {
    freeSlots,
    pump,

    detect(job, signal) {
      return new Promise((resolve, reject) => {
        const task: Task = { job, signal, isolated: false, retried: false, resolve, reject };
        if (!judge(task)) return;
        if (task.isolated && !closed) return wait(task);
        const engine = closed ? undefined : roomiest();
        if (engine === undefined) {
          const message = 'No engine can take a picture now; send it again.';
          return reject(new ServiceError('unavailable', message, { retryAfterS: 1 }));
        }
        give(task, engine);
      });
    },

    close() {
      closed = true;
      for (const task of waiting) {
        task.reject(
          new ServiceError('unavailable', 'The service is stopping; send the picture again.', { retryAfterS: 1 }),
        );
      }
      waiting.clear();
    },
  };
}
