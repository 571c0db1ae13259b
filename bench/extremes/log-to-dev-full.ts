import { existsSync } from 'node:fs';
import type { Extreme } from './extreme.ts';
import { askForLines, serviceLoggingTo, stopTimed } from './service-logging-to.ts';

const REQUESTS = 2500;
const EXIT_S = 3;

/** A disk that is full for ever. */
export const logToDevFull: Extreme = {
  name: 'log-to-dev-full',
  bound: `with its log in /dev/full ${REQUESTS} requests are answered, exit 0 within ${EXIT_S} s`,
  missing: () => (existsSync('/dev/full') ? undefined : 'needs /dev/full, which Linux has'),
  async run() {
    const service = await serviceLoggingTo('/dev/full');
    try {
      const answered = await askForLines(service.url, REQUESTS);
      const { code, seconds } = await stopTimed(service);
      return {
        figure: `${answered} of ${REQUESTS} answered; exit ${code} after ${seconds.toFixed(1)} s`,
        held: answered === REQUESTS && code === 0 && seconds <= EXIT_S,
      };
    } finally {
      service.process.kill('SIGKILL');
    }
  },
};
