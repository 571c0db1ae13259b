import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { statFields } from '../../src/proc/proc-files.ts';
import { slowedDown } from '../../test/support/slowed-down.ts';
import { childrenOf } from '../measure/process-tree.ts';
import { gauge } from '../measure/watch-service.ts';
import { type Reading, readProcesses } from '../soak/read-processes.ts';
import { lastingThreads } from './lasting-threads.ts';
import { processesOf } from './processes-of.ts';
import type { TormentedService } from './tormented-service.ts';

export interface Rest {
  reading: Reading;
  metrics: string;
  /** What is not as it is when nothing goes on. */
  flaws: string[];
}

/**
 * Sockets are given back, and engines that nobody waits for any more are done with their pictures. One that died as it started counts as looping until it
 * has answered a picture or was ready for 10 s (engine/restart-delay.ts), and at rest nobody gives it one.
 */
const WITHIN_MS = 12_000;
const LOOK_MS = 250;
/** Connections that who looks on has kept. */
const OURS = 4;

/** How a service is when nothing goes on, as soon as nothing is wrong with that, or what is wrong still after a while. */
export async function lookAtRest(tormented: TormentedService): Promise<Rest> {
  const endAt = performance.now() + WITHIN_MS * slowedDown();
  for (;;) {
    const rest = await look(tormented);
    if (rest.flaws.length === 0 || performance.now() > endAt) return rest;
    await sleep(LOOK_MS);
  }
}

async function look({ service, engines, cacheDir, tmpDir, mark }: TormentedService): Promise<Rest> {
  const pid = service.process.pid!;
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const flaws: string[] = [];
  const expect = (what: string, value: number, expected: number) => {
    if (value !== expected) flaws.push(`${what} is ${value} at rest, not ${expected}`);
  };
  for (const name of ['gfl_queue_depth', 'gfl_in_flight', 'gfl_buffered_bytes', 'gfl_engines_crash_looping'])
    expect(name, gauge(metrics, name), 0);
  const ready = Number(/^gfl_engines\{state="ready"\} (\d+)/m.exec(metrics)?.[1]);
  expect('gfl_engines{state="ready"}', ready, engines);
  const connections = gauge(metrics, 'gfl_connections');
  if (connections > OURS) flaws.push(`${connections} connections are open at rest`);
  const children = childrenOf(pid);
  expect('the number of children', children.length, engines);
  for (const child of children) {
    const state = statFields(`/proc/${child}/stat`)?.[0] ?? 'gone';
    if (!['S', 'R', 'D'].includes(state)) flaws.push(`child ${child} is ${state} at rest`);
  }
  expect('the number of processes', processesOf(mark).length, engines + 1);
  const temporary = readdirSync(tmpDir);
  if (temporary.length > 0) flaws.push(`left in the folder for temporary files: ${temporary}`);
  // Of engines that were killed over them there may be some, until the next is made.
  const drafts = readdirSync(cacheDir).filter(name => !/^[0-9a-f]{32}$/.test(name));
  if (drafts.length > 2 * engines) flaws.push(`left in the cache: ${drafts}`);
  const reading = { ...readProcesses(pid, 0), threads: lastingThreads([pid, ...children]) };
  return { reading, metrics, flaws };
}
