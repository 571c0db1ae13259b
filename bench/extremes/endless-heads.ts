import { memoryOf } from '../measure/process-tree.ts';
import type { Extreme } from './extreme.ts';
import { liveMs } from './live-ms.ts';
import { openSockets } from './open-sockets.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const CONNECTIONS = 4096;
/** With every line kept it is 433 MB or more. */
const MEGABYTES = 280;
/** 15.6 kB of the shortest lines. */
const HEAD = `GET /models HTTP/1.1\r\nHost: a\r\n${'a:\r\n'.repeat(3900)}`;

export const endlessHeads: Extreme = {
  name: 'endless-heads',
  bound: `${CONNECTIONS} heads of ${(HEAD.length / 1000).toFixed(0)} kB that do not end: at most ${MEGABYTES} MB`,
  missing: () => whatIsMissing(CONNECTIONS),
  async run() {
    // As long as that none is cut before the last has come.
    const env = { MAX_CONNECTIONS: String(CONNECTIONS), HEADERS_TIMEOUT_MS: '120000' };
    return withService(env, async ({ url }, port, pid) => {
      const sockets = await openSockets(port, CONNECTIONS, socket => {
        socket.write(HEAD);
      });
      const tookMs = await liveMs(url); // it has read them all by then
      const open = sockets.filter(({ destroyed }) => !destroyed).length;
      const { peak } = memoryOf(pid);
      for (const socket of sockets) socket.destroy();
      return {
        figure: `${peak.toFixed(0)} MB in the service, ${open} open, /health/live after ${tookMs.toFixed(0)} ms`,
        held: peak <= MEGABYTES && open > CONNECTIONS / 2,
      };
    });
  },
};
