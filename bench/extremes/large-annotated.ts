import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { imagesFolder } from '../bench-options.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { pictureRequests } from '../load/picture-requests.ts';
import type { Extreme } from './extreme.ts';
import { withService } from './with-service.ts';

/** Width and height of 33 megapixels, the default of MAX_PIXELS. */
const SIDE = 5744;
const CLIENTS = 6;
/** Of the pictures/s that others have without them: 45 to 59 % were seen, 2 to 6 % where each held a place of an engine until it was drawn. */
const KEPT = 0.2;
/** Theirs are answered on a busy machine, too. */
const DEADLINE_MS = 60_000;
const CONNECTIONS = 4;
const WINDOW = { warmUpMs: 2000, durationMs: 15_000 };

export const largeAnnotated: Extreme = {
  name: 'large-annotated',
  bound: `${CLIENTS} clients with 33-megapixel WebP to annotate: others keep at least ${KEPT * 100} % of their pictures/s`,
  async run() {
    const picture = await sharp('samples/motorcycle.jpg')
      .resize(SIDE, SIDE, { fit: 'fill' })
      .webp({ effort: 0 })
      .toBuffer();
    const requests = await pictureRequests(imagesFolder(undefined), 'raw');
    return withService({ ENGINES: '2', DEADLINE_MS: String(DEADLINE_MS) }, async ({ url }) => {
      const perSecond = async () => {
        const { pictures, seconds } = await closedLoop([url], requests, CONNECTIONS, WINDOW);
        return pictures / seconds;
      };
      const before = await perSecond();
      const crowd = annotateAgainAndAgain(url, picture);
      const beside = await perSecond();
      const statuses = await crowd.stop();
      const after = await perSecond();
      const kept = beside / ((before + after) / 2);
      return {
        figure: `${(kept * 100).toFixed(0)} % kept: ${beside.toFixed(1)} pictures/s beside them, ${before.toFixed(1)} before and ${after.toFixed(1)} after; theirs: ${JSON.stringify(statuses)}`,
        held: kept >= KEPT && (statuses[200] ?? 0) > 0,
      };
    });
  },
};

/** Each client sends its next picture when the last was answered, and waits for a moment when it was refused. */
function annotateAgainAndAgain(url: string, picture: Buffer) {
  const statuses: Record<number, number> = {};
  let running = true;

  async function client(): Promise<void> {
    while (running) {
      const wanted = { method: 'POST', headers: { accept: 'image/webp' }, body: new Uint8Array(picture) };
      const response = await fetch(`${url}/detect`, wanted);
      await response.arrayBuffer();
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      if (response.status !== 200) await sleep(100);
    }
  }

  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  clients.catch(() => {}); // awaited in stop()
  return {
    async stop(): Promise<Record<number, number>> {
      running = false;
      await clients;
      return statuses;
    },
  };
}
