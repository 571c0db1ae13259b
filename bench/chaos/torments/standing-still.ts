import { setTimeout as sleep } from 'node:timers/promises';
import { untilWhole } from '../../extremes/until-whole.ts';
import { now } from '../clock.ts';
import { enginesOf, tell } from './signals.ts';
import { NOTHING, type Stage, type Torment } from './torment.ts';

async function standStill(stage: Stage, engines: readonly number[], ms: number): Promise<void> {
  for (const engine of engines) tell(engine, 'SIGSTOP');
  await sleep(ms);
  for (const engine of engines) if (!stage.forEver.has(engine)) tell(engine, 'SIGCONT');
  // A picture that it had may be what it is killed for a moment later.
  if (ms > stage.hangTimeoutMs / 2) await sleep(500);
}

const brief: Torment = {
  name: 'SIGSTOP of an engine, then SIGCONT',
  weight: 3,
  async act(stage) {
    const engines = enginesOf(stage);
    if (engines.length === 0) return NOTHING;
    const ms = 100 + stage.dice.int(stage.dice.chance(0.5) ? 1000 : stage.longestStillMs - 100);
    await standStill(stage, [stage.dice.pick(engines)], ms);
    return NOTHING;
  },
};

const allBriefly: Torment = {
  name: 'SIGSTOP of all engines, then SIGCONT',
  weight: 1,
  async act(stage) {
    await standStill(stage, enginesOf(stage), 100 + stage.dice.int(stage.longestStillMs / 3));
    return NOTHING;
  },
};

const forEver: Torment = {
  name: 'SIGSTOP of an engine for ever',
  weight: 1,
  async act(stage) {
    const engines = enginesOf(stage);
    if (engines.length === 0) return NOTHING;
    const engine = stage.dice.pick(engines);
    // One that starts has more time than one that has a picture.
    const isWhole = await untilWhole(stage.service.url, stage.engines, 0).then(
      () => true,
      () => false,
    );
    stage.forEver.add(engine);
    tell(engine, 'SIGSTOP');
    return { doomed: [engine], extraMs: 1000 + (isWhole ? stage.hangTimeoutMs : stage.startTimeoutMs) };
  },
};

const service: Torment = {
  name: 'SIGSTOP of the service, then SIGCONT',
  weight: 2,
  async act({ service, dice, pauses, longestStillMs }) {
    const from = now();
    service.process.kill('SIGSTOP');
    await sleep(100 + dice.int(longestStillMs / 5 - 100));
    service.process.kill('SIGCONT');
    pauses.add(from, now());
    return NOTHING;
  },
};

/** The service does not see it when it happens, but all at once. */
const killedMeanwhile: Torment = {
  name: 'SIGKILL of an engine while the service stands still',
  weight: 1,
  async act(stage) {
    const { service, dice, pauses } = stage;
    const from = now();
    service.process.kill('SIGSTOP');
    const engines = enginesOf(stage);
    await sleep(dice.int(500));
    const doomed = engines.length === 0 ? [] : [dice.pick(engines)];
    for (const engine of doomed) tell(engine, 'SIGKILL');
    await sleep(dice.int(500));
    service.process.kill('SIGCONT');
    pauses.add(from, now());
    return { doomed, extraMs: 0 };
  },
};

export const STANDING_STILL: readonly Torment[] = [brief, allBriefly, forEver, service, killedMeanwhile];
