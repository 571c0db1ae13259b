import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnv } from '../../engine/child-env.ts';
import { CliError } from '../cli-error.ts';
import type { FromChild, Job, JobResults } from './jobs.ts';

const CHILD = new URL('./child.js', import.meta.url);
/** For JavaScript objects; weights and tensors are not among them. */
const HEAP_MEGABYTES = 2048;
/** Until the first phase is announced. */
const START_LIMIT_MS = 60_000;
/** V8's own obituary is that long. */
const KEPT_LINES = 50;

export interface ChildOptions {
  /** What the file is called in sentences. */
  file: string;
  onPhase?: (doing: string) => void;
  /** Kills the child. */
  signal?: AbortSignal;
  /** Another child, for tests. */
  entry?: URL;
  /** Of its heap, for tests. */
  heapMegabytes?: number;
}

/**
 * Does a job in a child process, so that a graph that crashes ONNX Runtime, never ends or eats the memory costs that process
 * and becomes a sentence here. Throws `CliError`.
 */
export function inChild<T extends Job['type']>(
  job: Job & { type: T },
  { file, onPhase, signal, entry = CHILD, heapMegabytes = HEAP_MEGABYTES }: ChildOptions,
): Promise<JobResults[T]> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: childEnv(),
    });
    const lastLines: string[] = [];
    createInterface({ input: child.stderr! }).on('line', line => {
      lastLines.push(line.slice(0, 500));
      if (lastLines.length > KEPT_LINES) lastLines.shift();
    });

    let doing = 'starting';
    let end: { error: Error } | { result: JobResults[T] } | undefined;
    const giveUp = (limitMs: number) =>
      setTimeout(() => {
        end = { error: new CliError(`${file}: ${doing} took more than ${limitMs / 1000} s, and was ended.`) };
        child.kill('SIGKILL');
      }, limitMs);
    let timer = giveUp(START_LIMIT_MS);
    const abort = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', abort, { once: true });

    child.on('message', (message: FromChild) => {
      switch (message.type) {
        case 'phase':
          doing = message.doing;
          clearTimeout(timer);
          timer = giveUp(message.limitMs);
          onPhase?.(doing);
          break;
        case 'done':
          end = { result: message.result as JobResults[T] };
          break;
        case 'failed':
          end = { error: new CliError(message.message) };
          break;
        case 'bug':
          end = { error: new Error(message.message) };
          break;
      }
    });
    child.on('error', error => {
      end ??= { error };
    });
    // Unlike `exit`, `close` comes after everything it said before it died has been read.
    child.on('close', (code, killedBy) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      if (end !== undefined && 'result' in end) resolve(end.result);
      else reject(end?.error ?? new CliError(death(file, doing, killedBy ?? `exit code ${code}`, lastLines)));
    });
    child.send(job);
  });
}

function death(file: string, doing: string, how: string, lastLines: readonly string[]): string {
  const memory = how === 'SIGKILL' || lastLines.some(line => /heap out of memory|allocation failed/i.test(line));
  const why = memory
    ? 'it took more memory than there is'
    : 'the file is damaged or made to do harm, or ONNX Runtime has a bug';
  // Stack frames and blank lines are not what it said.
  const last = lastLines.findLast(line => /[a-z]{3}.* [a-z]{3}/i.test(line) && !/^\s*(\d+: 0x|at )/.test(line));
  const words = last === undefined ? '' : ` Its last words: ${last}`;
  return `${file}: ${doing} ended the process that did it (${how}): ${why}.${words}`;
}
