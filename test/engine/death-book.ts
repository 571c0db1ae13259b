import { type EngineAnswer, NOT_WANTED } from '../../src/engine/protocol.ts';
import type { SimulatedChild } from './simulated-child.ts';
import type { Inside } from './simulated-work.ts';

interface Record {
  /** Deaths with it begun inside, since it was cleared. */
  deaths: number;
  /** After others, an engine died with nothing else begun inside. */
  refusable: boolean;
  /** Deaths with it alone inside that nothing from outside can have caused. */
  certain: number;
  /** An engine has died with it inside, and none has lived through it since. */
  suspect: boolean;
  /** It was so once. */
  wasSuspect: boolean;
}

/** Which contents were begun inside engines that died: what the quarantine may refuse, and what it must. */
export interface DeathBook {
  answering(child: SimulatedChild, picture: Inside, outcome: EngineAnswer['outcome'], wanted: boolean): void;
  /** @returns how many pictures the pool has to suspect */
  died(child: SimulatedChild, reason: string): number;
  of(content: string): Readonly<Record>;
}

export function createDeathBook(): DeathBook {
  const records = new Map<string, Record>();
  // Contents of bugs in a row, as the parent has heard of them.
  const bugs = new WeakMap<SimulatedChild, string[]>();

  function of(content: string): Record {
    const record = records.get(content) ?? {
      deaths: 0,
      refusable: false,
      certain: 0,
      suspect: false,
      wasSuspect: false,
    };
    records.set(content, record);
    return record;
  }

  return {
    of,

    answering(child, { text }, outcome, wanted) {
      if (!outcome.ok && outcome.code === 'internal') {
        bugs.set(child, [...(bugs.get(child) ?? []), text!]);
        return;
      }
      if (!outcome.ok && outcome.code === NOT_WANTED.code) return;
      bugs.delete(child);
      if (!wanted) return;
      const record = of(text!);
      record.suspect = false;
      if (record.certain === 0) record.deaths = 0;
    },

    died(child, reason) {
      const begun = [...child.inside.values()].filter(({ state, answered }) => state !== 'received' && !answered);
      const suspects = reason === 'failing' ? (bugs.get(child) ?? []) : begun.map(({ text }) => text!);
      const contents = new Set(suspects);
      for (const content of contents) {
        const record = of(content);
        const alone = contents.size === 1;
        if (alone && record.deaths > 0) record.refusable = true;
        if (alone && !['killed', 'hang', 'failing'].includes(reason)) record.certain += 1;
        record.deaths += 1;
        record.suspect = true;
        record.wasSuspect = true;
      }
      return suspects.length;
    },
  };
}
