import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../measure/process-tree.ts';
import type { RunningService } from '../start-service.ts';
import { lookAtEngines } from './look-at-engines.ts';

const NOTICED_WITHIN_MS = 5000;

/**
 * Ends all engines, or the first `most` of them, as `kill -9` does; resolves when the service has noticed it.
 *
 * @throws a sentence when it does not
 */
export async function killEngines(service: RunningService, most = Number.POSITIVE_INFINITY): Promise<void> {
  const engines = childrenOf(service.process.pid!).slice(0, most);
  const { died } = await lookAtEngines(service);
  for (const pid of engines) process.kill(pid, 'SIGKILL');
  const deadline = performance.now() + NOTICED_WITHIN_MS;
  while ((await lookAtEngines(service)).died < died + engines.length) {
    if (performance.now() > deadline) throw new Error('The service did not notice that engines were killed.');
    await sleep(20);
  }
}
