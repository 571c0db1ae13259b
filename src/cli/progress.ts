const BAR_WIDTH = 24;
const GAP = '  ';
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

  /** What the terminal has no room for is left out, part by part: a line that wraps could not be taken away again. */
  function bar(done: number): string {
    const room = (output.columns || Number.POSITIVE_INFINITY) - 1;
    const [counts, ...more] = parts(done) as [string, ...string[]];
    const filled = Math.round((BAR_WIDTH * done) / total);
    const whole = `${'━'.repeat(filled)}${'─'.repeat(BAR_WIDTH - filled)}${GAP}${[counts, ...more].join(GAP)}`;
    if (whole.length <= room) return whole;
    let line = counts.trimStart().slice(0, room);
    for (const part of more) {
      if (line.length + GAP.length + part.length > room) break;
      line += GAP + part;
    }
    return line;
  }

  /** How many; how fast; how long it will take. */
  function parts(done: number): string[] {
    const counts = `${String(done).padStart(String(total).length)} of ${total} ${what}`;
    const seconds = (now() - startedAt) / 1000;
    if (done === 0 || seconds <= 0) return [counts];
    const speed = `${(done / seconds).toFixed(1)}/s`;
    return done < total ? [counts, speed, `${duration(((total - done) * seconds) / done)} left`] : [counts, speed];
  }

  return {
    update(done) {
      const last = done >= total;
      if (!last && now() - shownAt < (output.isTTY ? REDRAW_MS : LINE_MS)) return;
      shownAt = now();
      if (output.isTTY) {
        output.write(`\r\x1b[K${bar(done)}`);
        drawn = true;
      } else {
        output.write(`${parts(done).join(GAP).trimStart()}\n`);
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
