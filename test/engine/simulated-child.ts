import { EventEmitter } from 'node:events';
import { progressNotes } from '../../src/engine/progress.ts';
import type { EngineAnswer, EngineModel, FromEngine, ToEngine } from '../../src/engine/protocol.ts';
import type { Chance } from '../support/random-history.ts';
import { type Inside, simulatedWork } from './simulated-work.ts';

/** What a child does besides its work; absent: it does not. */
export interface Mood {
  start: 'ready' | 'ready late' | 'never ready' | 'fail' | 'exit' | 'other models';
  endsAfterMs?: number;
  hangsAfterMs?: number;
  /** Closes its channel and stays. */
  closesAfterMs?: number;
  /** How often it answers a picture twice, or says afterwards that it is being drawn. */
  repeats: number;
  /** SIGKILL takes so long. */
  diesAfterMs: number;
}

export interface ChildEvents {
  /** Has been sent a picture. The bytes are the very ones that its parent has. */
  given(child: SimulatedChild, id: number, bytes: Buffer): void;
  /** Has read it. */
  read(bytes: Buffer, text: string): void;
  /** An answer arrives at the parent, the first for this picture. */
  answering(child: SimulatedChild, picture: Inside, outcome: EngineAnswer['outcome']): void;
  /** Calls `tell`, which tells the parent that it is dead. */
  ending(child: SimulatedChild, tell: () => void): void;
}

export interface SimulatedChild {
  readonly inside: ReadonlyMap<number, Inside>;
  readonly alive: boolean;
  /** How long it had had a picture when it was killed. */
  readonly keptLongestMs: number;
  /** For the parent. */
  readonly process: EventEmitter;
}

export interface ChildOptions {
  mood: Mood;
  models: readonly EngineModel[];
  maxBatch: number;
  progressFd: number;
  events: ChildEvents;
}

/** Linux counts processes to 4,194,304: no other has such a number. */
let pids = 5_000_000;

/**
 * An engine process that is none: it lives inside the test, on its clock, talks as `engine-process.ts` does and fails in every way a
 * process can.
 */
export function simulatedChild(chance: Chance, options: ChildOptions): SimulatedChild {
  const { mood, models, maxBatch, events } = options;
  const note = progressNotes(options.progressFd);
  const inside = new Map<number, Inside>();
  const cancelled = new Set<number>();
  const doings = new Set<NodeJS.Timeout>();
  let alive = true;
  let works = true; // neither dead nor hung
  let connected = true;
  let saidUntil = 0; // messages arrive in order
  let heardUntil = 0;
  let keptLongestMs = 0;
  const pid = ++pids;

  /** Does it later, if it lives and is not hung then. */
  function soon(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      doings.delete(timer);
      if (works) run();
    }, ms);
    doings.add(timer);
  }

  function say(message: FromEngine): void {
    if (!connected || !alive) return;
    saidUntil = Math.max(saidUntil, performance.now() + chance.between(0, 3));
    setTimeout(() => arrive(message), saidUntil - performance.now());
  }

  function arrive(message: FromEngine): void {
    const picture = 'id' in message ? inside.get(message.id) : undefined;
    if (picture && message.type === 'drawing') picture.drawing = true;
    if (picture && message.type === 'answer') {
      inside.delete(picture.id);
      events.answering(child, picture, message.outcome);
    }
    emitter.emit('message', message);
  }

  function end(code: number | null, signal: string | null): void {
    if (!alive) return;
    chance.note(`${performance.now()}: ${pid} dies: ${code ?? signal}`);
    alive = false;
    works = false;
    for (const timer of doings) clearTimeout(timer);
    const at = Math.max(saidUntil, performance.now() + chance.between(0, 3));
    setTimeout(() => {
      if (connected) emitter.emit('disconnect');
      setTimeout(
        () => {
          events.ending(child, () => emitter.emit('close', code, signal));
          inside.clear();
        },
        chance.between(0, 5),
      );
    }, at - performance.now());
  }

  function disconnect(): void {
    chance.note(`${performance.now()}: ${pid} closes its channel`);
    connected = false;
    setTimeout(() => emitter.emit('disconnect'), Math.max(1, saidUntil - performance.now()));
  }

  function hang(): void {
    chance.note(`${performance.now()}: ${pid} hangs`);
    works = false;
  }

  function answer(picture: Inside, outcome: EngineAnswer['outcome']): void {
    if (!works) return;
    picture.answered = connected;
    say({ type: 'answer', id: picture.id, outcome });
    if (!chance.maybe(mood.repeats)) return;
    if (chance.maybe(0.5)) say({ type: 'drawing', id: picture.id });
    else say({ type: 'answer', id: picture.id, outcome });
  }

  const detect = simulatedWork(chance, {
    maxBatch,
    forAWhile: ms => new Promise(resolve => soon(ms, resolve)),
    isWanted: ({ id }) => !cancelled.has(id),
    reached(picture, state) {
      if (works) note(picture.id, state);
      return works;
    },
    draws: ({ id }) => say({ type: 'drawing', id }),
    answer,
    die: () => end(null, 'SIGSEGV'),
    hang,
  });

  function hear(message: ToEngine): void {
    switch (message.type) {
      case 'start':
        soon(mood.start === 'ready late' ? chance.between(500, 5000) : chance.between(1, 100), start);
        break;
      case 'job':
        break; // with its bytes
      case 'cancel':
        cancelled.add(message.id);
        break;
      case 'stop':
        end(0, null);
    }
  }

  function start(): void {
    switch (mood.start) {
      case 'never ready':
        return;
      case 'exit':
        end(7, null);
        return;
      case 'fail':
        say({ type: 'failed', message: 'on purpose' });
        soon(1, () => end(1, null));
        return;
      default: {
        const made = mood.start === 'other models' ? [] : [...models];
        say({ type: 'ready', models: made, cannotKeep: [], notes: [] });
      }
    }
  }

  /** In order, when it comes to look. */
  function deliver(run: () => void): void {
    heardUntil = Math.max(heardUntil, performance.now() + chance.between(0, 3));
    soon(heardUntil - performance.now(), run);
  }

  let head: Buffer | undefined;
  const pictures = {
    on: () => {},
    cork: () => {},
    uncork: () => {},
    write(bytes: Buffer) {
      if (head === undefined) {
        head = bytes;
        return;
      }
      const id = head.readDoubleLE(0);
      head = undefined;
      const picture = inside.get(id)!;
      picture.bytes = bytes;
      events.given(child, id, bytes);
      if (!connected) return;
      deliver(() => {
        picture.text = bytes.toString('latin1', 0, bytes.indexOf(';'));
        events.read(bytes, picture.text);
        void detect(picture);
      });
    },
  };

  const emitter = Object.assign(new EventEmitter(), {
    pid,
    stdout: null,
    stderr: null,
    stdio: [null, null, null, null, pictures],
    send(message: ToEngine, sent: (error: Error | null) => void) {
      if (message.type === 'job') {
        const { id, model } = message;
        inside.set(id, { id, model, state: 'received', drawing: false, answered: false, since: performance.now() });
      }
      if (!connected || (!alive && chance.maybe(0.5))) setTimeout(() => sent(new Error('channel closed')), 0);
      else if (alive) deliver(() => hear(message));
    },
    kill() {
      for (const { since } of inside.values()) keptLongestMs = Math.max(keptLongestMs, performance.now() - since);
      if (alive) setTimeout(() => end(null, 'SIGKILL'), mood.diesAfterMs);
    },
  });
  const child: SimulatedChild = {
    inside,
    process: emitter,
    get alive() {
      return alive;
    },
    get keptLongestMs() {
      return keptLongestMs;
    },
  };
  const { endsAfterMs, hangsAfterMs, closesAfterMs } = mood;
  if (endsAfterMs !== undefined) {
    const [code, signal] = chance.pick([
      [3, null],
      [null, 'SIGKILL'],
      [null, 'SIGSEGV'],
    ] as const);
    soon(endsAfterMs, () => end(code, signal));
  }
  if (hangsAfterMs !== undefined) soon(hangsAfterMs, hang);
  if (closesAfterMs !== undefined) soon(closesAfterMs, disconnect);
  return child;
}
