import { existsSync } from 'node:fs';
import type { Extreme } from './extreme.ts';
import { askForLines, serviceLoggingTo } from './service-logging-to.ts';

const REQUESTS = 2500;
const EXIT_MS = 3000;

/** A disk that is full for ever. */
export const logToDevFull: Extreme = {
  name: 'log-to-dev-full',
  bound: `with its log in /dev/full ${REQUESTS} requests are answered, exit 0 within ${EXIT_MS / 1000} s`,
  async run() {
    if (!existsSync('/dev/full')) return 'needs /dev/full, which Linux has';
    const service = await serviceLoggingTo('/dev/full');
    try {
      const answered = await askForLines(service.url, REQUESTS);
      const stoppedAt = performance.now();
      const stopping = service.stop();
      const killer = setTimeout(() => service.process.kill('SIGKILL'), 10 * EXIT_MS);
      const code = await stopping;
      clearTimeout(killer);
      const exitMs = performance.now() - stoppedAt;
      return {
        figure: `${answered} of ${REQUESTS} answered; exit ${code} after ${(exitMs / 1000).toFixed(1)} s`,
        held: answered === REQUESTS && code === 0 && exitMs <= EXIT_MS,
      };
    } finally {
      service.process.kill('SIGKILL');
    }
  },
};
