import type { Command } from './command.ts';
import { DETECT_USAGE, readDetectOptions } from './detect/options.ts';
import { runDetect } from './detect/run-detect.ts';
import { SIGNAL_CODES, type StopSignal } from './signal-codes.ts';

/** Of a run in which pictures were refused, or folders could not be searched. */
const SOME_LEFT_OUT = 2;

/** For what was written to be gone out. */
const LAST_MS = 500;

/** `gfl-serve detect`: pictures to results, by engines of its own or a running service. */
export const detect: Command = async args => {
  const options = await readDetectOptions(args);
  if (options === undefined) {
    console.log(DETECT_USAGE);
    return;
  }
  const stop = new AbortController();
  let stoppedBy: StopSignal | undefined;
  for (const [signal, code] of Object.entries(SIGNAL_CODES) as [StopSignal, number][]) {
    process.on(signal, () => {
      // The second time nothing is waited for.
      if (stop.signal.aborted) dieOf(signal);
      process.exitCode = code;
      stop.abort(new Error('stopped'));
      stoppedBy = signal;
    });
  }
  const { done, had, refused, unreadable } = await runDetect(options, process.stderr, stop.signal);
  const counts = [
    `${done} done`,
    ...(had > 0 ? [`${had} from before`] : []),
    ...(refused > 0 ? [`${refused} skipped`] : []),
    ...(unreadable > 0 ? [`${unreadable} ${unreadable === 1 ? 'folder' : 'folders'} not searched`] : []),
  ];
  if (stop.signal.aborted) {
    process.stderr.write(`Stopped: ${counts.join(', ')}. The output is complete as far as it goes.\n`);
  } else if (refused + unreadable > 0) {
    process.stderr.write(`${counts.join(', ')}.\n`);
    process.exitCode = SOME_LEFT_OUT;
  }
  if (stoppedBy === undefined) return;
  process.stdin.destroy();
  const signal = stoppedBy;
  setTimeout(() => dieOf(signal), LAST_MS).unref(); // fires only when something, such as the read of a FIFO, keeps the process
};

/** A shell sees the same code. `process.exit` waits for threads, and one that reads a FIFO may never end. */
function dieOf(signal: StopSignal): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
