import type { EngineEnd } from './engine-end.ts';
import { type EngineAnswer, NOT_WANTED } from './protocol.ts';
import { type Fingerprint, fingerprintOf } from './quarantine.ts';

/**
 * Failures in a row after which an engine is taken for broken: a lost GPU context fails every picture from then on, and a heap that is full of what was
 * leaked, or of holes, has no room for any.
 */
const MAX_IN_A_ROW = 3;

export interface FailuresInARow {
  /** Takes the answer to a picture. True where it shows that the engine works. */
  note(outcome: EngineAnswer['outcome'], picture: Uint8Array): boolean;
  /** Why the engine is to be replaced, and which pictures it may have failed of; undefined where it need not be. */
  readonly verdict: Pick<EngineEnd, 'reason' | 'detail' | 'suspects'> | undefined;
}

/** Bugs and shortages of memory are counted each by themselves: neither is a sign that the other is over. */
export function countFailures(): FailuresInARow {
  let bugs: Fingerprint[] = []; // of the pictures that met them, which are not to be kept for it
  let shortages = 0;

  return {
    note(outcome, picture) {
      if (!outcome.ok) {
        if (outcome.isShort) shortages += 1;
        else if (outcome.code === 'internal') bugs.push(fingerprintOf(picture));
        // What was cancelled says nothing about the engine.
        if (outcome.code === 'internal' || outcome.code === NOT_WANTED.code) return false;
      }
      bugs = [];
      shortages = 0;
      return true;
    },

    get verdict(): FailuresInARow['verdict'] {
      if (bugs.length >= MAX_IN_A_ROW) {
        return { reason: 'failing', detail: `${bugs.length} pictures in a row met a bug`, suspects: bugs };
      }
      if (shortages < MAX_IN_A_ROW) return undefined;
      return { reason: 'out_of_memory', detail: `${shortages} pictures in a row got no memory`, suspects: [] };
    },
  };
}
