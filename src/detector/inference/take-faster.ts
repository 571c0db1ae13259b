import type { Session } from './session.ts';

type Run = Session['run'];

/** Runs of each way before one is taken, and pictures until both are tried again: another program may have been busy. */
const TRIALS = 5;
const PICTURES_UNTIL_NEXT_TRIAL = 1000;
/** A second CPU must be worth it. */
const GAIN_WANTED = 0.9;

/**
 * Runs pictures that have the CPUs to themselves on one thread or on more, whichever answers sooner: two threads meet after every operator,
 * which takes nanodet-g from 18 to 13 ms on one machine, and nanodet-plus-m_320, of many small operators, from 9 to 14.
 * Both must give the same outputs.
 */
export function takeFaster(narrow: Run, wide: Run): Run {
  const times: Record<'narrow' | 'wide', number[]> = { narrow: [], wide: [] };
  let taken: Run | undefined;
  let sinceTrial = 0;

  return async (input, data, dims, into) => {
    if (taken !== undefined && ++sinceTrial < PICTURES_UNTIL_NEXT_TRIAL) return taken(input, data, dims, into);
    const name = times.wide.length <= times.narrow.length ? 'wide' : 'narrow';
    const startedAt = performance.now();
    const outputs = await (name === 'wide' ? wide : narrow)(input, data, dims, into);
    // Inputs may be of different sizes.
    times[name].push((performance.now() - startedAt) / data.length);
    if (times.narrow.length === TRIALS) {
      taken = median(times.wide) < GAIN_WANTED * median(times.narrow) ? wide : narrow;
      sinceTrial = 0;
      times.narrow = [];
      times.wide = [];
    }
    return outputs;
  };
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}
