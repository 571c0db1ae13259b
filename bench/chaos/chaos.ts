import { setTimeout as sleep } from 'node:timers/promises';
import { throwDice } from '../../fuzz/dice.ts';
import { STOP_SIGNALS } from '../../src/stop-signals.ts';
import type { SoakRequest } from '../soak/soak-requests.ts';
import { lookAtRest, type Rest } from './at-rest.ts';
import { type ClientSettings, startClients } from './clients.ts';
import { now } from './clock.ts';
import { crowd } from './crowd.ts';
import type { Exchange } from './exchange.ts';
import { recordFaults } from './faults.ts';
import { judgeExchange } from './judge-exchange.ts';
import { judgeRest } from './judge-rest.ts';
import { followLog } from './log-lines.ts';
import { startObservers } from './observers.ts';
import { watchPauses } from './pauses.ts';
import { pickWeighted } from './pick.ts';
import { picturesUnderWay } from './pictures-under-way.ts';
import { learnAnswers } from './questions.ts';
import { type Stopped, stopUnderLoad } from './stop-under-load.ts';
import { startTormented, type Times } from './tormented-service.ts';
import { createTormentor } from './tormentor.ts';
import type { Stage, Torment } from './torments/torment.ts';

export interface ChaosPlan {
  seconds: number;
  seed: number;
  model: string;
  /** What is sent. */
  pictures: readonly Buffer[];
  /** What is no good. */
  hostile: readonly SoakRequest[];
  clients: number;
  times: Times;
  torments: readonly Torment[];
  /** See `Stage`. */
  longestStillMs: number;
  /** See `TormentorSettings`. */
  pauseMs: number;
  /** From one rest to the next. */
  restEveryMs: number;
  env: Record<string, string>;
  /** Of what goes on, as it does. */
  note(line: string): void;
}

export interface ChaosResult {
  /** In sentences. */
  flaws: readonly string[];
  exchanges: readonly Exchange[];
  /** How often each torment was done. */
  torments: ReadonlyMap<string, number>;
  /** The first before anything was done. */
  rests: readonly Rest[];
  deaths: number;
  looks: number;
  stopped: Stopped;
}

/** Pictures that an engine takes at once, with MAX_BATCH 1. */
const SLOTS = 3;
/** Engines that have just started, and connections that are not given back yet. */
const BEFORE_FIRST_REST_MS = 1000;
/** Clients are at it again when the service is told to stop. */
const BEFORE_STOP_MS = 1500;
/** Lines of the log are written together, every 50 ms. */
const LOG_MS = 300;

/** The real service, with clients of all kinds, while all kinds of things happen to its processes. */
export async function chaos(plan: ChaosPlan): Promise<ChaosResult> {
  const { seed, times, note } = plan;
  const tormented = await startTormented(times, { MODEL: plan.model, ...plan.env });
  const { service, port, engines } = tormented;
  const pauses = watchPauses(service.process.pid!);
  const flaws: string[] = [];
  const onFlaw = (flaw: string) => {
    flaws.push(flaw);
    note(`FAILED: ${flaw}`);
  };
  try {
    const log = followLog(service, engines);
    const questions = await learnAnswers(service.url, plan.model, plan.pictures);
    await sleep(BEFORE_FIRST_REST_MS);
    const rests = [await lookAtRest(tormented)];

    const exchanges: Exchange[] = [];
    const faults = recordFaults(times.deadlineMs);
    const circumstances = {
      ...{ log, pauses, ...times, disturbed: faults.disturbed, slots: SLOTS * engines },
      underWay: (from: number, to: number) => picturesUnderWay(exchanges, from, to),
      stoppingAt: undefined as number | undefined,
    };
    let judged = 0;
    const judgeAll = () => {
      for (; judged < exchanges.length; judged++) judgeExchange(exchanges[judged]!, circumstances).forEach(onFlaw);
    };

    const asking: Omit<ClientSettings, 'count'> = {
      ...{ port, seed, questions, hostile: plan.hostile, ...times },
      onExchange: exchange => exchanges.push(exchange),
    };
    const clients = startClients({ ...asking, count: plan.clients });
    let observers = startObservers({ ...asking, url: service.url, engines, pauses, onFlaw });
    let looks = 0;

    const dice = throwDice(seed, 2_000_000);
    let crowded = 0;
    const oneOfCrowd = { ...asking, dice, address: '127.0.1.2', nextId: () => `crowd-${crowded++}` };
    const stage: Stage = {
      ...{ ...tormented, dice, pauses, ...times, longestStillMs: plan.longestStillMs, forEver: new Set<number>() },
      crowd: pictures => crowd(oneOfCrowd, pictures),
    };
    const { torments, pauseMs } = plan;
    const recovery = () => ({ service, engines, log, pauses, probes: observers.probes });
    const tormentor = createTormentor({ torments, dice, stage, faults, recovery, pauseMs, note, onFlaw });

    async function rest(): Promise<void> {
      await tormentor.settle();
      await clients.rest();
      looks += await observers.stop();
      const found = await lookAtRest(tormented);
      await sleep(LOG_MS);
      rests.push(found);
      judgeRest(found, rests[0]!, log, exchanges).forEach(onFlaw);
      judgeAll();
    }

    const endAt = now() + plan.seconds * 1000;
    while (now() < endAt) {
      const restAt = Math.min(endAt, now() + plan.restEveryMs);
      while (now() < restAt) await tormentor.torment();
      await rest();
      clients.goOn();
      observers = startObservers({ ...asking, seed: seed + rests.length, url: service.url, engines, pauses, onFlaw });
    }
    await sleep(BEFORE_STOP_MS);
    looks += await observers.stop();
    const last = pickWeighted(dice, torments);
    faults.begin(last.name);
    const ended = last.act(stage);
    await sleep(dice.int(BEFORE_STOP_MS));
    const stopped = await stopUnderLoad(tormented, dice.pick(STOP_SIGNALS), pauses, times.drainTimeoutMs, at => {
      circumstances.stoppingAt = at;
    });
    stopped.flaws.forEach(onFlaw);
    await ended;
    await clients.stop();
    await sleep(LOG_MS);
    judgeAll();
    for (const line of log.unexpected) onFlaw(`The log has ${line}`);
    const deaths = log.events.filter(({ what }) => what === 'died').length;
    return { flaws, exchanges, torments: faults.counts, rests, deaths, looks, stopped };
  } finally {
    pauses.stop();
    await tormented.remove();
  }
}
