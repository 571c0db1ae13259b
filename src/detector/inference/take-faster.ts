/** A run of a graph. */
type Run<Rest extends unknown[], Result> = (input: string, data: Float32Array, ...rest: Rest) => Promise<Result>;

/** Of each way before one is taken. The order is wide, narrow, narrow, wide: pictures of two sizes may come in turns. */
const TRIALS = 6;
/** Until both are tried again: other engines may have been loading, other programs busy. */
const PICTURES_UNTIL_NEXT_TRIAL = [20, 100, 1000];
/** A second CPU must be worth it. */
const GAIN_WANTED = 0.9;

/**
 * Runs pictures that have the CPUs to themselves on one thread or on more, whichever answers sooner: two threads meet after every operator,
 * which takes nanodet-g from 18 to 13 ms on one machine, and nanodet-plus-m_320, of many small operators, from 9 to 14.
 * Both must give the same outputs.
 */
export function takeFaster<Rest extends unknown[], Result>(
  narrow: Run<Rest, Result>,
  wide: Run<Rest, Result>,
  now = () => performance.now(),
): Run<Rest, Result> {
  let narrowTimes: number[] = [];
  let wideTimes: number[] = [];
  let taken = narrow;
  let decisions = 0;
  let left = 0;
  let started = 0;

  function decide(): void {
    taken = median(wideTimes) < GAIN_WANTED * median(narrowTimes) ? wide : narrow;
    left = PICTURES_UNTIL_NEXT_TRIAL[decisions] ?? PICTURES_UNTIL_NEXT_TRIAL.at(-1)!;
    decisions += 1;
    narrowTimes = [];
    wideTimes = [];
    started = 0;
  }

  return async (input, data, ...rest) => {
    if (left > 0) {
      left -= 1;
      return taken(input, data, ...rest);
    }
    const isWide = started % 4 === 0 || started % 4 === 3;
    started += 1;
    const startedAt = now();
    const outputs = await (isWide ? wide : narrow)(input, data, ...rest);
    // Inputs may be of different sizes.
    (isWide ? wideTimes : narrowTimes).push((now() - startedAt) / data.length);
    if (narrowTimes.length >= TRIALS && wideTimes.length >= TRIALS) decide();
    return outputs;
  };
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}
