import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../../fuzz/dice.ts';
import type { Faults } from './faults.ts';
import type { LogLines } from './log-lines.ts';
import { pickWeighted } from './pick.ts';
import { type RecoverySettings, recover } from './recovery.ts';
import type { Stage, Torment } from './torments/torment.ts';

export interface Tormentor {
  /** Waits for a moment, does something, and mostly waits until the service is over it. */
  torment(): Promise<void>;
  /** Waits until it is over all of it. */
  settle(): Promise<void>;
}

export interface TormentorSettings {
  torments: readonly Torment[];
  dice: Dice;
  stage: Stage;
  faults: Faults;
  /** As it is now. */
  recovery(): RecoverySettings;
  /** Between two, mostly; now and then four times as long. */
  pauseMs: number;
  note(line: string): void;
  onFlaw(flaw: string): void;
}

/** The next comes before the service is over the last. */
const IMPATIENT = 0.3;
const LONG_PAUSE = 0.2;
/** What takes longer is told with what the engines did. */
const SLOW_MS = 3000;

export function createTormentor(settings: TormentorSettings): Tormentor {
  const { torments, dice, stage, faults, recovery, pauseMs, note, onFlaw } = settings;

  async function settle(): Promise<void> {
    const { open } = faults;
    if (open === undefined) return;
    const { answeredMs, wholeMs, flaws } = await recover(recovery(), open);
    faults.close();
    const names = open.names.join(', ');
    note(`${names}: answered again after ${answeredMs.toFixed(0)} ms, whole after ${wholeMs.toFixed(0)} ms`);
    if (answeredMs > SLOW_MS) note(eventsSince(recovery().log, open.from));
    for (const flaw of flaws) onFlaw(`After ${names}: ${flaw}.`);
  }

  return {
    settle,
    async torment() {
      await sleep(dice.int(dice.chance(LONG_PAUSE) ? 4 * pauseMs : pauseMs));
      const { name, act } = pickWeighted(dice, torments);
      faults.begin(name);
      faults.end(await act(stage));
      if (!dice.chance(IMPATIENT)) await settle();
    },
  };
}

function eventsSince(log: LogLines, from: number): string {
  const events = log.events.filter(({ at }) => at >= from);
  const told = events.map(({ at, what, engine, reason = '', delayMs }) => {
    return `${(at - from).toFixed(0)} ms: engine ${engine} ${what} ${reason} ${delayMs}`;
  });
  return `since its begin: ${told.join('; ')}`;
}
