import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { memoryOf } from '../measure/process-tree.ts';
import type { Extreme } from './extreme.ts';
import { liveMs } from './live-ms.ts';
import { openSockets } from './open-sockets.ts';
import { OTHER_FILES, whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const CONNECTIONS = 12_000;
const MOST = 4096;
const MEGABYTES = 300;
const LIVE_MS = 2000;
const LIVE = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';

/** Each asks once and stays. */
export const keptAliveConnections: Extreme = {
  name: 'kept-alive-connections',
  bound: `of ${CONNECTIONS} kept alive ${MOST} stay, at most ${MEGABYTES} MB, /health/live within ${LIVE_MS / 1000} s`,
  missing: () => whatIsMissing(CONNECTIONS),
  async run() {
    return withService({ MAX_CONNECTIONS: String(MOST) }, async ({ url }, port, pid) => {
      const sockets = await openSockets(port, CONNECTIONS, async socket => {
        socket.write(LIVE);
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      });
      const tookMs = await liveMs(url);
      const files = readdirSync(`/proc/${pid}/fd`).length;
      const open = sockets.filter(({ destroyed }) => !destroyed).length;
      const { peak } = memoryOf(pid);
      for (const socket of sockets) socket.destroy();
      return {
        figure: `${open} open, ${files} descriptors and ${peak.toFixed(0)} MB in the service, /health/live after ${tookMs.toFixed(0)} ms`,
        held: files <= MOST + OTHER_FILES && open > MOST / 2 && peak <= MEGABYTES && tookMs <= LIVE_MS,
      };
    });
  },
};
