import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Extreme } from './extreme.ts';
import { liveMs } from './live-ms.ts';
import { openSocket } from './open-sockets.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const ADDRESS = '127.0.0.66';
const CONNECTIONS = 4600;
const AT_ONCE = 100;
const MOST = 4096;
const SECONDS = 20;
const PROBE_EVERY_MS = 200;
const BYTE_EVERY_MS = 5000;
/** The attack has the CPUs of the service and the thread of the probes; what counts is that none is turned away. */
const LIVE_MS = 5000;
/** DeepStack's clients have their key in the form: it is read without one. */
const HEAD =
  'POST /v1/vision/detection HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n';

/** Each begins a body, sends a byte of it now and then, and comes back as soon as it is cut; without a key. */
export const slowBodiesOfOneAddress: Extreme = {
  name: 'slow-bodies-of-one-address',
  bound: `beside ${CONNECTIONS} connections of one address, of which ${MOST} have room, another's /health/live is answered every time within ${LIVE_MS / 1000} s`,
  missing() {
    if (process.platform !== 'linux') return 'needs 127.0.0.66, which Linux has';
    return whatIsMissing(CONNECTIONS);
  },
  async run() {
    const env = { API_KEYS: 'a-key-of-16-chars', MAX_CONNECTIONS: String(MOST) };
    return withService(env, async ({ url }, port) => {
      const sockets = new Set<Socket>();
      let [opened, cut, ended] = [0, 0, false];

      async function attack(): Promise<void> {
        while (!ended) {
          const socket = await openSocket(port, ADDRESS);
          if (ended) {
            socket.destroy();
            return;
          }
          opened += 1;
          sockets.add(socket);
          socket.write(HEAD);
          const timer = setInterval(() => socket.write('x'), BYTE_EVERY_MS);
          if (!socket.destroyed) await new Promise(resolve => socket.once('close', resolve));
          clearInterval(timer);
          sockets.delete(socket);
          if (ended) return;
          cut += 1;
          await sleep(20 + 200 * Math.random());
        }
      }
      for (let begun = 0; begun < CONNECTIONS; begun += AT_ONCE) {
        for (let one = 0; one < AT_ONCE; one++) void attack();
        await sleep(20);
      }

      let [asked, answered, longestMs] = [0, 0, 0];
      const endsAt = performance.now() + SECONDS * 1000;
      while (performance.now() < endsAt) {
        asked += 1;
        const tookMs = await liveMs(url).catch(() => Infinity);
        if (tookMs < Infinity) {
          answered += 1;
          longestMs = Math.max(longestMs, tookMs);
        }
        await sleep(PROBE_EVERY_MS);
      }
      ended = true;
      for (const socket of sockets) socket.destroy();
      return {
        figure: `${answered} of ${asked} answered, the slowest after ${(longestMs / 1000).toFixed(2)} s; ${opened} connections of the attack, ${cut} of them cut`,
        held: answered === asked && longestMs <= LIVE_MS && cut > CONNECTIONS,
      };
    });
  },
};
