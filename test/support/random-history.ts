import { test } from 'node:test';
import { seededRandom } from './random.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** What random decisions are made with, and what came of them. */
export interface Chance {
  /** True so often. */
  maybe(probability: number): boolean;
  /** From `least` up to, but not including, `most`. */
  between(least: number, most: number): number;
  /** A whole number from `least` to `most`, both inclusive. */
  whole(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
  /** Adds a line to the history that is printed when the test fails. */
  note(line: string): void;
  /** Runs what is called from outside the test, where nobody would see it throw: `raise` throws that. */
  guard<T>(run: () => T): T;
  /** Throws the first flaw that was found behind a `guard`. */
  raise(): void;
}

/** By hand, for many: `FIRST_SEED=1000 SEEDS=50000 node --test dist-test/test/engine/pool-random.test.js`. */
const FIRST_SEED = Number(process.env.FIRST_SEED || 1);
const PRINTED_LINES = 400;

/** One test that lives through `play` once for each of so many seeds, and says which one failed after what. */
export function testRandomly(
  name: string,
  seeds: number,
  play: (chance: Chance, clock: VirtualClock) => Promise<void>,
): void {
  const count = Number(process.env.SEEDS || seeds);
  test(name, async t => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) {
      const history: string[] = [];
      const clock = virtualClock();
      try {
        await play(chanceOf(seed, history), clock);
      } catch (error) {
        const told = history.slice(-PRINTED_LINES).join('\n');
        throw new Error(`Seed ${seed} (again: FIRST_SEED=${seed} SEEDS=1). ${(error as Error).stack}\n${told}`);
      } finally {
        clock.restore();
      }
    }
    t.diagnostic(`${count} seeds from ${FIRST_SEED}`);
  });
}

function chanceOf(seed: number, history: string[]): Chance {
  const random = seededRandom(seed);
  const between = (least: number, most: number) => least + random() * (most - least);
  const whole = (least: number, most: number) => Math.floor(between(least, most + 1));
  const flaws: unknown[] = [];
  return {
    maybe: probability => random() < probability,
    between,
    whole,
    pick: choices => choices[whole(0, choices.length - 1)]!,
    note: line => history.push(line),
    guard(run) {
      try {
        return run();
      } catch (error) {
        flaws.push(error);
        throw error;
      }
    },
    raise() {
      if (flaws.length > 0) throw flaws[0];
    },
  };
}
