import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection } from '../load/connection.ts';
import { pictureRequest } from '../load/picture-requests.ts';
import { childrenOf } from '../measure/process-tree.ts';
import { type RunningServer, startServer } from '../start-server.ts';
import type { Extreme, Finding } from './extreme.ts';
import { takeDescriptors } from './take-descriptors.ts';
import { untilWhole } from './until-whole.ts';
import { whatIsMissing } from './what-is-missing.ts';

const DESCRIPTORS = 160;
const ENGINES = 2;
/** Starts in vain before descriptors come back: at once, after 250 and 500 ms. */
const STARTS = 3;
/** For each of what has to happen. */
const WAIT_MS = 20_000;
/** The next start is due within a second, and takes as long, several on a busy machine. */
const BACK_WITHIN_MS = 10_000;

export const noDescriptors: Extreme = {
  name: 'no-descriptors',
  bound: `ulimit -n ${DESCRIPTORS}, all taken, an engine killed: starts in vain with growing pauses, pictures 200 meanwhile, back within ${BACK_WITHIN_MS / 1000} s of the first descriptors`,
  missing: whatIsMissing,
  async run() {
    const service = await startWithFew();
    const kept = openConnection(service.url);
    const request = pictureRequest('cat.jpg', await readFile('samples/cat.jpg'), 'raw');
    try {
      await untilWhole(service.url, ENGINES, BACK_WITHIN_MS);
      await kept.post(request); // has its descriptor from now on
      return await takeAll(service, () => kept.post(request));
    } finally {
      kept.close();
      service.process.kill('SIGKILL');
      await service.stop();
    }
  },
};

function startWithFew(): Promise<RunningServer> {
  // By default it keeps some descriptors from connections.
  const settings = { ENGINES: String(ENGINES), MAX_CONNECTIONS: '4096', LOG_LEVEL: 'warn' };
  return startServer({
    name: 'The service',
    command: 'sh',
    args: () => ['-c', `ulimit -n ${DESCRIPTORS} && exec "$0" dist/main.js`, process.execPath],
    env: port => ({ ...process.env, PORT: String(port), ...settings }),
  });
}

/** @param detect has a picture detected; rejects for every answer but 200 */
async function takeAll(service: RunningServer, detect: () => Promise<unknown>): Promise<Finding> {
  const pid = service.process.pid!;
  const crowd = takeDescriptors(service.url, 2 * DESCRIPTORS);
  let answered = 0;
  try {
    await until(() => descriptorsOf(pid) >= DESCRIPTORS, 'descriptors were left');
    process.kill(childrenOf(pid)[0]!, 'SIGKILL');
    await until(async () => {
      await detect();
      answered += 1;
      return startsInVain(service).length >= STARTS;
    }, `there were no ${STARTS} starts in vain`);
  } finally {
    crowd.stop();
  }
  await until(() => descriptorsOf(pid) < DESCRIPTORS / 2, 'descriptors did not come back');
  const backMs = await untilWhole(service.url, ENGINES, BACK_WITHIN_MS);
  const pauses = startsInVain(service).map(({ delayMs }) => delayMs);
  return {
    figure: `${pauses.length} starts in vain, then pauses of ${pauses.join(', ')} ms; ${answered} of ${answered} pictures 200 meanwhile; back after ${(backMs / 1000).toFixed(1)} s`,
    held: pauses.every((pause, index) => index === 0 || pause > pauses[index - 1]!),
  };
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

interface Death {
  /** Until the next start. */
  delayMs: number;
}

/** Deaths that its log tells of, of engines that had no process. */
function startsInVain(service: RunningServer): Death[] {
  return service
    .output()
    .split('\n')
    .filter(line => line.includes('its process could not be started'))
    .map(line => JSON.parse(line) as Death);
}

async function until(condition: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${otherwise} after ${WAIT_MS} ms`);
    await sleep(20);
  }
}
