import { setTimeout as sleep } from 'node:timers/promises';
import { enginesOf, tell } from './signals.ts';
import { NOTHING, type Stage, type Torment } from './torment.ts';

const DEADLY = ['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGBUS'] as const;

function one(signal: (typeof DEADLY)[number], weight: number): Torment {
  return {
    name: `${signal} of an engine`,
    weight,
    async act(stage) {
      const engines = enginesOf(stage);
      if (engines.length === 0) return NOTHING;
      const engine = stage.dice.pick(engines);
      tell(engine, signal);
      return { doomed: [engine], extraMs: 0 };
    },
  };
}

const all: Torment = {
  name: 'SIGKILL of all engines',
  weight: 2,
  async act(stage) {
    const engines = enginesOf(stage);
    for (const engine of engines) tell(engine, 'SIGKILL');
    return { doomed: engines, extraMs: 0 };
  },
};

/** Every engine that is seen, for a while: they never get to answer anything. */
const again: Torment = {
  name: 'SIGKILL of every engine for a while',
  weight: 1,
  async act(stage) {
    const doomed = new Set<number>();
    const untilAt = performance.now() + 500 + stage.dice.int(2500);
    while (performance.now() < untilAt) {
      for (const engine of enginesOf(stage)) if (tell(engine, 'SIGKILL')) doomed.add(engine);
      await sleep(30 + stage.dice.int(300));
    }
    return { doomed: [...doomed], extraMs: 0 };
  },
};

/** An engine, and what comes in its place, at any moment of its start. */
const young: Torment = {
  name: 'SIGKILL of an engine and of the next, which starts',
  weight: 2,
  async act(stage: Stage) {
    const before = enginesOf(stage);
    if (before.length === 0) return NOTHING;
    const first = stage.dice.pick(before);
    tell(first, 'SIGKILL');
    const doomed = [first];
    const untilAt = performance.now() + 1000;
    while (performance.now() < untilAt) {
      const next = enginesOf(stage).find(engine => !before.includes(engine));
      if (next === undefined) {
        await sleep(10);
        continue;
      }
      await sleep(stage.dice.int(700));
      if (tell(next, 'SIGKILL')) doomed.push(next);
      break;
    }
    return { doomed, extraMs: 0 };
  },
};

/** They pass over it, as it comes to a whole group of processes; one that starts may die of it. */
const passedOver: Torment = {
  name: 'SIGTERM of all engines',
  weight: 1,
  async act(stage) {
    for (const engine of enginesOf(stage)) tell(engine, 'SIGTERM');
    return NOTHING;
  },
};

export const DYING: readonly Torment[] = [
  one('SIGKILL', 4),
  one('SIGSEGV', 2),
  one('SIGABRT', 2),
  one('SIGBUS', 1),
  passedOver,
  all,
  again,
  young,
];
