const BAR_WIDTH = 24;
const REDRAW_MS = 100;
/** Where no terminal is, a line at most this often. */
const LINE_MS = 10_000;

/** Where progress is shown: a terminal gets a bar that moves, anything else a line now and then. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  /** Width of the terminal, characters. */
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** @param done of `total`, so far */
  update(done: number): void;
  /** A line of its own, above the bar. */
  say(line: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** @param now milliseconds; they count from the call */
export function createProgress(
  output: ProgressOutput,
  what: string,
  total: number,
  now: () => number = () => performance.now(),
): Progress {
  const startedAt = now();
  let shownAt = output.isTTY ? Number.NEGATIVE_INFINITY : startedAt;
  let drawn = false;

  function clear(): void {
    if (drawn) output.write('\r\x1b[K');
    drawn = false;
  }

  /** What the terminal has no room for is left out: a line that wraps could not be taken away again. */
  function bar(share: number, counts: string): string {
    const room = (output.columns || Number.POSITIVE_INFINITY) - 1;
    const filled = Math.round(BAR_WIDTH * share);
    const whole = `${'━'.repeat(filled)}${'─'.repeat(BAR_WIDTH - filled)}  ${counts}`;
    return whole.length <= room ? whole : counts.trimStart().slice(0, room);
  }

  function rate(done: number): string {
    const seconds = (now() - startedAt) / 1000;
    if (done === 0 || seconds <= 0) return '';
    const left = ((total - done) * seconds) / done;
    return `  ${(done / seconds).toFixed(1)}/s${done < total ? `  ${duration(left)} left` : ''}`;
  }

  return {
    update(done) {
      const last = done >= total;
      if (!last && now() - shownAt < (output.isTTY ? REDRAW_MS : LINE_MS)) return;
      shownAt = now();
      const counts = `${String(done).padStart(String(total).length)} of ${total} ${what}${rate(done)}`;
      if (output.isTTY) {
        output.write(`\r\x1b[K${bar(done / total, counts)}`);
        drawn = true;
      } else {
        output.write(`${counts.trimStart()}\n`);
      }
    },
    say(line) {
      clear();
      output.write(`${line}\n`);
    },
    end: clear,
  };
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
