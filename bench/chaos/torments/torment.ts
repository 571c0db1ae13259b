import type { Dice } from '../../../fuzz/dice.ts';
import type { RunningService } from '../../start-service.ts';
import type { Pauses } from '../pauses.ts';

/** What a torment has to do with. */
export interface Stage {
  service: RunningService;
  engines: number;
  cacheDir: string;
  dice: Dice;
  pauses: Pauses;
  hangTimeoutMs: number;
  startTimeoutMs: number;
  /** Engines that stand still for ever: nobody wakes them. */
  forEver: Set<number>;
  /** For which an engine stands still at most; the service for a fifth of that. */
  longestStillMs: number;
  /** Many clients at once, each with a picture. Resolves when all of them know. */
  crowd(pictures: number): Promise<void>;
}

/** What the service has to get over. */
export interface Aftermath {
  /** Engines that must be gone. */
  doomed: readonly number[];
  /** Milliseconds that it may take beyond those of any fault. */
  extraMs: number;
}

export interface Torment {
  name: string;
  weight: number;
  /** Resolves when nothing more is done. */
  act(stage: Stage): Promise<Aftermath>;
}

export const NOTHING: Aftermath = { doomed: [], extraMs: 0 };
