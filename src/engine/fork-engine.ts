import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { childEnv } from './child-env.ts';
import { MALLOC_SETTINGS } from './malloc-settings.ts';
import { offerToOomKiller } from './oom-score.ts';
import { PICTURE_PIPE_FD } from './picture-pipe.ts';
import type { EngineLog } from './pool-types.ts';
import { openProgress, type Progress } from './progress.ts';

/** The event loop must answer health checks while every engine computes: engines yield to it. */
const NICENESS = 5;
const KEPT_LINES = 50;
const MAX_LINE_LENGTH = 1000;

const ENGINE_FLAGS = [
  // Pictures count as heap while they wait. V8's own limit is some 6 MB above what is alive, which made an engine collect garbage three
  // times a second: 3 % of its time.
  '--heap-growing-percent=500',
  // The young generation holds what one picture needs. V8 lets it grow to 48 MB as pictures wait in it; 6 MB (three such spaces) serve as
  // fast, and an engine's memory settles after some 3,000 pictures instead of growing by a tenth until 5,000.
  '--max-semi-space-size=2',
  // For give-memory-back.ts.
  '--expose-gc',
  // Node.js 20.17 and 22.11 warn of the JSON that sharp imports: two lines of level "warn" an engine that nobody can do anything about.
  '--disable-warning=ExperimentalWarning',
];

export interface EngineChild {
  /** Without a pid it was not started, and its `error` will say why. */
  process: ChildProcess;
  /** Takes what picture-pipe.ts sends. */
  pictures: Writable;
  /** The last lines it printed, for the log when it dies: native libraries give their reasons nowhere else. */
  lastLines: readonly string[];
  /** How far its pictures are, to be asked when it has died. The caller closes it. */
  progress: Progress;
}

/**
 * Starts `entry` as a child whose output goes to the log. Throws, or the child emits `error` later, when the system does not start it:
 * Node does either.
 *
 * @param engine its number, for the log
 * @param threads for decoding (libuv's pool), not for the graph
 */
export function forkEngine(entry: URL, engine: number, threads: number, log: EngineLog): EngineChild {
  const progress = openProgress();
  const start = () =>
    fork(fileURLToPath(entry), [String(process.pid)], {
      serialization: 'advanced',
      execArgv: ENGINE_FLAGS,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe', progress.stdio],
      env: { ...MALLOC_SETTINGS, ...childEnv(), UV_THREADPOOL_SIZE: String(threads) },
    });
  let child: ChildProcess;
  try {
    child = start();
  } catch (error) {
    progress.close();
    throw error;
  }

  const lastLines: string[] = [];
  // Out of descriptors Node gives a child without any stream (20.20): neither null nor closed, but undefined.
  const follow = (stream: Readable | null | undefined) => {
    if (!stream) return;
    createInterface({ input: stream }).on('line', line => {
      const text = line.slice(0, MAX_LINE_LENGTH);
      lastLines.push(text);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      log.warn({ engine, output: text }, 'engine output');
    });
  };
  follow(child.stdout);
  follow(child.stderr);

  if (child.pid !== undefined) {
    offerToOomKiller(child.pid);
    try {
      // Before the child has made its threads: they inherit it.
      setPriority(child.pid, NICENESS);
    } catch {
      // Not allowed here, or the child is gone already: a nicety.
    }
  }
  const pictures = (child.stdio?.[PICTURE_PIPE_FD] ?? new PassThrough()) as Writable;
  // A child that died in the middle of a picture; `close` says so, too.
  pictures.on('error', () => {});
  return { process: child, pictures, lastLines, progress };
}
