import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../measure/process-tree.ts';
import { freePort } from '../start-server.ts';
import type { Extreme } from './extreme.ts';
import { liveMs } from './live-ms.ts';
import { openSocket } from './open-sockets.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const CONNECTIONS = 4;
const REQUESTS = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5000);
const MS = 5000;
/** Without bounds on that port it was 5.7 s, and 1.2 GB. */
const LIVE_MS = 2500;
const MEGABYTES = 300;

/** They ask for thousands of scrapes ahead, read nothing, and come back when they are cut. */
export const unreadMetrics: Extreme = {
  name: 'unread-metrics',
  bound: `${CONNECTIONS} connections that ask ahead on the metrics port are cut, beside them /health/live takes at most ${LIVE_MS / 1000} s, at most ${MEGABYTES} MB`,
  missing: whatIsMissing,
  async run() {
    const metricsPort = await freePort();
    return withService({ METRICS_PORT: String(metricsPort) }, async ({ url }, _port, pid) => {
      const endsAt = performance.now() + MS;
      let cut = 0;
      async function askAhead(): Promise<void> {
        while (performance.now() < endsAt) {
          const socket = await openSocket(metricsPort);
          socket.pause();
          while (!socket.destroyed && performance.now() < endsAt) {
            socket.write(REQUESTS);
            await sleep(50);
          }
          if (socket.destroyed) cut += 1;
          socket.destroy();
        }
      }
      const asking = Promise.all(Array.from({ length: CONNECTIONS }, askAhead));
      let longestMs = 0;
      while (performance.now() < endsAt) {
        longestMs = Math.max(longestMs, await liveMs(url));
        await sleep(20);
      }
      await asking;
      const { peak } = memoryOf(pid);
      return {
        figure: `/health/live ${(longestMs / 1000).toFixed(2)} s at most, ${peak.toFixed(0)} MB in the service; cut ${cut} times`,
        held: cut >= CONNECTIONS && longestMs <= LIVE_MS && peak <= MEGABYTES,
      };
    });
  },
};
