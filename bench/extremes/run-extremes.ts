import type { Extreme } from './extreme.ts';

export interface Outcome {
  name: string;
  bound: string;
  figure: string;
  held: 'yes' | 'NO' | 'skipped';
}

/**
 * Those of `extremes` that are named, all when none is.
 *
 * @throws a sentence for a name that is not there
 */
export function chooseExtremes(extremes: readonly Extreme[], names: readonly string[]): readonly Extreme[] {
  const known = extremes.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`There is no case ${name}. There are:\n${known.join('\n')}`);
  }
  return names.length === 0 ? extremes : extremes.filter(({ name }) => names.includes(name));
}

/** One by one. A case that fails to run holds nothing: its error is its figure. */
export async function runExtremes(extremes: readonly Extreme[], log: (line: string) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const extreme of extremes) {
    const { name, bound } = extreme;
    log(`${name} ...`);
    const startedAt = performance.now();
    const { figure, held } = await outcomeOf(extreme);
    outcomes.push({ name, bound, figure, held });
    log(`${name}: ${figure} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
  }
  return outcomes;
}

async function outcomeOf(extreme: Extreme): Promise<Pick<Outcome, 'figure' | 'held'>> {
  const missing = extreme.missing?.();
  if (missing !== undefined) return { figure: missing, held: 'skipped' };
  try {
    const { figure, held } = await extreme.run();
    return { figure, held: held ? 'yes' : 'NO' };
  } catch (error) {
    return { figure: `failed to run: ${(error as Error).message}`, held: 'NO' };
  }
}
