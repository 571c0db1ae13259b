import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../../src/proc/proc-files.ts';
import { childrenOf } from '../measure/process-tree.ts';
import type { Extreme } from './extreme.ts';
import { untilWhole } from './until-whole.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const ENGINES = 2;
/** Exit code of a process whose event loop stands still. */
const STUCK = 26;
/** 30 s of CPU time are allowed; a busy machine gives half of it. */
const ENDS_WITHIN_MS = 90_000;
const ENGINES_GONE_WITHIN_MS = 2000;
const LOOP = encodeURIComponent("process.on('SIGUSR2', () => { for (;;); });");

export const endlessLoop: Extreme = {
  name: 'endless-loop',
  bound: `the service in an endless loop: exit code ${STUCK} within ${ENDS_WITHIN_MS / 1000} s, engines gone`,
  missing: whatIsMissing,
  async run() {
    const env = { ENGINES: String(ENGINES), NODE_OPTIONS: `--import=data:text/javascript,${LOOP}` };
    return withService(env, async (service, _port, pid) => {
      await untilWhole(service.url, ENGINES, ENDS_WITHIN_MS);
      const engines = childrenOf(pid);
      const startedAt = performance.now();
      service.process.kill('SIGUSR2');
      const [code] = await once(service.process, 'exit', { signal: AbortSignal.timeout(ENDS_WITHIN_MS) });
      const endedS = (performance.now() - startedAt) / 1000;
      await sleep(ENGINES_GONE_WITHIN_MS);
      const left = engines.filter(engine => cpuSeconds(`/proc/${engine}/stat`) !== undefined).length;
      return {
        figure: `exit code ${code} after ${endedS.toFixed(1)} s, ${left} of ${engines.length} engines left`,
        held: code === STUCK && left === 0 && engines.length === ENGINES,
      };
    });
  },
};
