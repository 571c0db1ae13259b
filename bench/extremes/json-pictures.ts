import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { memoryOf } from '../measure/process-tree.ts';
import type { Extreme } from './extreme.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

/** Noise does not compress: 14.5 MB as PNG, 19.4 as JSON. */
const SIDE = 2200;
/** The default in a container of 1 GiB. */
const BUFFERED_BYTES = 268_435_456;
/** As many as have room, by addresses of which none may have all of it. */
const CLIENTS = 13;
const ADDRESSES = 8;
const MS = 15_000;
/** What the process has at rest (90), what waits to be collected, and copies on their way into the engine. It was 660 to 700. */
const BESIDE_MB = 300;

/** As many pictures in base64 as there is room for, all the time: nothing counts what might be made of them beside their bodies. */
export const jsonPictures: Extreme = {
  name: 'json-pictures',
  bound: `${CLIENTS} clients with pictures of 14.5 MB as JSON, room for ${(BUFFERED_BYTES / 1e6).toFixed(0)} MB of bodies: the service has at most ${BESIDE_MB} MB more than that`,
  missing: () => whatIsMissing(CLIENTS),
  async run() {
    const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
    const picture = await sharp(randomBytes(SIDE * SIDE * 3), { raw })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const body = Buffer.from(JSON.stringify({ image: picture.toString('base64') }));
    return withService(
      { MAX_BUFFERED_BYTES: String(BUFFERED_BYTES), DEADLINE_MS: '60000' },
      async ({ url }, port, pid) => {
        const crowd = postAgainAndAgain(port, body);
        const endsAt = performance.now() + MS;
        let buffered = 0;
        while (performance.now() < endsAt) {
          const metrics = await (await fetch(`${url}/metrics`)).text();
          buffered = Math.max(buffered, Number(/^gfl_buffered_bytes (\S+)/m.exec(metrics)?.[1]));
          await sleep(100);
        }
        const { peak } = memoryOf(pid);
        const statuses = await crowd.stop();
        const besideMb = peak - BUFFERED_BYTES / 1e6;
        return {
          figure: `${besideMb.toFixed(0)} MB more, ${(buffered / 1e6).toFixed(0)} MB of bodies; ${JSON.stringify(statuses)}`,
          held: besideMb <= BESIDE_MB && buffered > 0.9 * BUFFERED_BYTES && (statuses[200] ?? 0) > 0,
        };
      },
    );
  },
};

/** Each client sends its next picture when the last was answered, or was cut. */
function postAgainAndAgain(port: number, body: Buffer) {
  const statuses: Record<string, number> = {};
  let running = true;

  async function client(index: number): Promise<void> {
    const localAddress = `127.0.0.${2 + (index % ADDRESSES)}`;
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    while (running) {
      const outcome = await post(port, localAddress, headers, body);
      statuses[outcome] = (statuses[outcome] ?? 0) + 1;
      await sleep(50);
    }
  }

  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)));
  return {
    async stop(): Promise<Record<string, number>> {
      running = false;
      await clients;
      return statuses;
    },
  };
}

/** @returns the status, or the code of the error: who is refused while it sends may not see more than that */
async function post(port: number, localAddress: string, headers: Record<string, string | number>, body: Buffer) {
  const options = { host: '127.0.0.1', port, localAddress, method: 'POST', path: '/detect', headers, agent: false };
  const sent = request(options);
  try {
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return String(answer.statusCode);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'cut';
  } finally {
    sent.on('error', () => {}); // it may have more than one
    sent.destroy();
  }
}
