import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../measure/process-tree.ts';
import type { Extreme } from './extreme.ts';
import { ASK_FOR_LARGE_FILE, takeLargeFile } from './large-file.ts';
import { liveMs } from './live-ms.ts';
import { openSockets } from './open-sockets.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const AHEAD = 14;
/** As many lines as a head may have, beside its Host. */
const LINES = 190;
/** MB: with a larger heap garbage waits, and what is held cannot be told from it. */
const HEAP_MB = 128;
/** Until what was sent last has been read, too. */
const SETTLE_MS = 2000;

/**
 * Connections that ask for a file, do not read it, and send requests behind it.
 *
 * @param headBytes of each of these, about; 0: as few as there can be
 */
function requestsAhead(name: string, connections: number, headBytes: number, megabytes: number): Extreme {
  const short = 'GET /health/live HTTP/1.1\r\nHost: x\r\n';
  const value = 'v'.repeat(Math.max(0, Math.floor((headBytes - short.length) / LINES) - 'x-100: \r\n'.length));
  const lines = Array.from({ length: LINES }, (_, line) => `x-${100 + line}: ${value}\r\n`);
  const head = `${short}${headBytes === 0 ? '' : lines.join('')}\r\n`;
  return {
    name,
    bound: `${connections} connections that read nothing, ${AHEAD} heads of ${head.length} bytes on each, a heap of ${HEAP_MB} MB: at most ${megabytes} MB`,
    missing: () => whatIsMissing(connections),
    async run() {
      const env = {
        MAX_CONNECTIONS: '4096',
        SEND_TIMEOUT_MS: '120000',
        NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
      };
      return withService(env, async ({ url }, port, pid) => {
        await takeLargeFile(url);
        const sockets = await openSockets(port, connections, socket => {
          socket.pause();
          socket.write(ASK_FOR_LARGE_FILE + head.repeat(AHEAD));
        });
        await sleep(SETTLE_MS);
        const tookMs = await liveMs(url);
        const { peak } = memoryOf(pid);
        for (const socket of sockets) socket.destroy();
        return {
          figure: `${peak.toFixed(0)} MB in the service, /health/live after ${tookMs.toFixed(0)} ms`,
          held: peak <= megabytes,
        };
      });
    },
  };
}

export const longRequestsAhead = requestsAhead('long-requests-ahead', 2000, 15_000, 250);
export const shortRequestsAhead = requestsAhead('short-requests-ahead', 4000, 0, 250);
