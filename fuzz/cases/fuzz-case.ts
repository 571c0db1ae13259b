import type { Dice } from '../dice.ts';
import type { Seed } from '../seeds.ts';

/** One thing to send, and what is known of it beside what its bytes say. */
export interface FuzzCase {
  /** What was done, for the report. */
  what: string;
  request: Buffer;
  /** Nothing was changed: anything but 200 is wrong, when its options are ones. */
  untouched?: true;
  /** The picture was cut short, so a 200 is wrong whatever a reader makes of it. */
  cut?: true;
}

export interface CaseContext {
  dice: Dice;
  seeds: readonly Seed[];
  requestId: string;
}

export type CaseMaker = (context: CaseContext) => FuzzCase;
