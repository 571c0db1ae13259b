const BAR_WIDTH = 30;
const LINES_WITHOUT_TERMINAL = 4;

/** Where progress is shown: a terminal gets a bar that moves, anything else a few lines. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Returns what to call with the bytes received so far; it may start again from 0. */
export function showProgress(output: ProgressOutput, totalBytes: number): (receivedBytes: number) => void {
  const total = megabytes(totalBytes);
  let shown = -1;
  return output.isTTY ? drawBar : printLine;

  function drawBar(receivedBytes: number): void {
    const percent = Math.floor((100 * receivedBytes) / totalBytes);
    if (percent === shown) return;
    shown = percent;
    const filled = Math.min(BAR_WIDTH, Math.floor((BAR_WIDTH * receivedBytes) / totalBytes));
    const bar = '#'.repeat(filled).padEnd(BAR_WIDTH, '.');
    output.write(`\r[${bar}] ${megabytes(receivedBytes)} of ${total} MB${receivedBytes >= totalBytes ? '\n' : ''}`);
  }

  function printLine(receivedBytes: number): void {
    const step = Math.floor((LINES_WITHOUT_TERMINAL * receivedBytes) / totalBytes);
    if (step === shown) return;
    shown = step;
    if (step > 0) output.write(`  ${megabytes(receivedBytes)} of ${total} MB\n`);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
