import { ServiceError } from '../errors.ts';
import { deathCause, type EngineEnd, neverStarted } from './engine-end.ts';
import { countFailures } from './failures-in-a-row.ts';
import { forkEngine } from './fork-engine.ts';
import { watchForHang } from './hang-watch.ts';
import { LostPicture } from './lost-picture.ts';
import { sendPicture } from './picture-pipe.ts';
import type { EngineLog, EngineState, PoolJob, RestartReason } from './pool-types.ts';
import type { EngineAnswer, EngineReady, EngineResult, EngineStart, FromEngine, ToEngine } from './protocol.ts';
import { type Fingerprint, fingerprintOf } from './quarantine.ts';
import type { EngineLife } from './restart-delay.ts';

/** From being told to go, or losing the channel, until SIGKILL. */
const STOP_MS = 1000;

export interface EngineOptions {
  number: number;
  entry: URL;
  start: EngineStart;
  decodeThreads: number;
  startTimeoutMs: number;
  /** See `watchForHang`. */
  hangTimeoutMs: number;
  log: EngineLog;
  onReady(message: EngineReady): void;
  /** A picture was answered, or the engine went away: count again. */
  onChange(): void;
  /** The process is gone and its jobs have failed. */
  onEnd(end: EngineEnd): void;
}

/** One life of one engine process. */
export interface Engine {
  readonly state: EngineState;
  /** Undefined where the system did not start it. */
  readonly pid: number | undefined;
  /** Pictures inside, including those nobody waits for any more. */
  readonly jobs: number;
  /** Those among them that take a slot: what has its detections and is being drawn, or waits for that, takes none. */
  readonly detecting: number;
  /** What it has done so far. */
  readonly life: EngineLife;
  /**
   * Rejects with `ServiceError`, with `LostPicture` when the engine goes away, or with the signal's reason.
   *
   * @param alone see `EngineJob`
   */
  detect(job: PoolJob, alone: boolean, signal?: AbortSignal): Promise<EngineResult>;
  /** Lets it exit by itself, and kills it when it does not. */
  stop(): void;
  kill(reason: RestartReason, detail: string): void;
}

interface Job {
  bytes: Uint8Array;
  answer(outcome: EngineAnswer['outcome']): void;
  fail(error: LostPicture): void;
}

export function startEngine(options: EngineOptions): Engine {
  const { number, log, startTimeoutMs, hangTimeoutMs, onReady, onChange, onEnd } = options;
  const {
    process: child,
    pictures,
    progress,
    lastLines,
  } = forkEngine(options.entry, number, options.decodeThreads, log);
  const jobs = new Map<number, Job>();
  const drawing = new Set<number>();
  let nextId = 1;
  let readyAt: number | undefined;
  let leaving = false; // takes no more jobs
  let ended = false;
  let answers = 0;
  let heardAt = 0; // when it last said something about a picture
  const failures = countFailures();
  // Set by the first who knows why it ends; with `suspects` where those are not the pictures inside.
  let known: (Pick<EngineEnd, 'reason' | 'detail'> & Partial<Pick<EngineEnd, 'suspects'>>) | undefined;

  function kill(reason: RestartReason, detail: string, suspects?: readonly Fingerprint[]): void {
    known ??= { reason, detail, ...(suspects && { suspects }) };
    leaving = true;
    // Without a pid Node would kill process 0, which is every process of our group.
    if (child.pid !== undefined) child.kill('SIGKILL');
    onChange();
  }

  /** It was told to go, or its channel is gone, as a rule because the process is: the exit says why. One that stays is killed. */
  function expectExit(): void {
    leaving = true;
    setTimeout(() => !ended && kill('crash', 'it closed its channel and stayed'), STOP_MS).unref();
    onChange();
  }

  function send(message: ToEngine): void {
    child.send(message, error => error && expectExit());
  }

  function receive(message: FromEngine): void {
    switch (message.type) {
      case 'ready':
        clearTimeout(startTimer);
        readyAt = performance.now();
        onReady(message);
        break;
      case 'failed':
        kill('load_failed', message.message);
        break;
      case 'drawing':
        heardAt = performance.now();
        if (!jobs.has(message.id) || drawing.has(message.id)) break;
        drawing.add(message.id);
        onChange();
        break;
      case 'answer':
        heardAt = performance.now();
        answered(message);
        break;
    }
  }

  function answered({ id, outcome }: EngineAnswer): void {
    const job = jobs.get(id);
    if (job === undefined) return;
    job.answer(outcome);
    if (failures.note(outcome, job.bytes)) answers += 1;
    if (!outcome.ok && outcome.isShort) log.error({ engine: number, detail: outcome.detail }, 'engine short of memory');
    const { verdict } = failures;
    if (verdict !== undefined) kill(verdict.reason, verdict.detail, verdict.suspects);
    onChange();
  }

  function finish(code: number | null, signal: NodeJS.Signals | null): void {
    if (ended) return;
    ended = true;
    leaving = true;
    clearTimeout(startTimer);
    const cause = known ?? deathCause(code, signal, lastLines);
    const ofAnswers = known?.suspects !== undefined;
    const begun: Fingerprint[] = [];
    for (const [id, job] of jobs) {
      const state = progress.stateOf(id);
      if (state !== 'received') begun.push(fingerprintOf(job.bytes));
      job.fail(new LostPicture(!ofAnswers && state !== 'received' && state !== 'waiting'));
    }
    progress.close();
    onEnd({ suspects: begun, ...cause, ...life() });
  }

  function life(): EngineLife {
    return { readyForMs: readyAt === undefined ? 0 : performance.now() - readyAt, answered: answers };
  }

  function detect(job: PoolJob, alone: boolean, signal?: AbortSignal): Promise<EngineResult> {
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const { bytes, ...work } = job;
      send({ type: 'job', id, alone, ...work });
      sendPicture(pictures, id, bytes);
      const cancel = () => {
        reject(signal?.reason);
        if (!leaving) send({ type: 'cancel', id });
      };
      const endWatch = watchForHang(
        hangTimeoutMs,
        () => heardAt,
        () => drawing.has(id),
        detail => kill('hang', detail),
      );
      const leave = () => {
        endWatch();
        signal?.removeEventListener('abort', cancel);
        jobs.delete(id);
        drawing.delete(id);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      jobs.set(id, {
        bytes: job.bytes,
        answer(outcome) {
          leave();
          if (outcome.ok) resolve(outcome.result);
          else reject(refusal(outcome));
        },
        fail(error) {
          leave();
          reject(error);
        },
      });
    });
  }

  const startTimer = setTimeout(() => kill('hang', `it was not ready after ${startTimeoutMs} ms`), startTimeoutMs);
  child.on('message', message => receive(message as FromEngine));
  child.on('error', error => {
    if (child.pid !== undefined) return kill('crash', error.message);
    known ??= { reason: 'crash', detail: neverStarted(error) };
    finish(null, null);
  });
  child.on('disconnect', expectExit);
  // Unlike `exit`, `close` comes after everything it said before it died has been read.
  child.on('close', finish);
  if (child.pid !== undefined) send(options.start);

  return {
    get state() {
      if (leaving) return 'stopped';
      if (readyAt === undefined) return 'starting';
      return jobs.size > 0 ? 'busy' : 'ready';
    },
    pid: child.pid,
    get jobs() {
      return jobs.size;
    },
    get detecting() {
      return jobs.size - drawing.size;
    },
    get life() {
      return life();
    },
    detect,
    stop() {
      // Not child.disconnect(): after that Node never reports `close` (20.20).
      send({ type: 'stop' });
      expectExit();
    },
    kill,
  };
}

/** To be sent again only where the picture was not to blame. */
function refusal({ code, message, detail, isShort }: Extract<EngineAnswer['outcome'], { ok: false }>): ServiceError {
  return new ServiceError(code, message, { cause: detail, ...(isShort && { retryAfterS: 1 }) });
}
