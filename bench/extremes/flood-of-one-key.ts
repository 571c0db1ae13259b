import { readFileSync } from 'node:fs';
import { openLightSockets } from '../load/light-sockets.ts';
import { pictureRequest } from '../load/picture-requests.ts';
import { percentile } from '../percentile.ts';
import type { Extreme } from './extreme.ts';
import { withService } from './with-service.ts';

const FLOODER = 'the-key-that-floods';
const OTHER = 'the-key-of-another';
const CONNECTIONS = 150;
const MS = 15_000;
/** With one queue for all it is 3 of 71. */
const MOST_REFUSED = 0.1;
const MEDIAN_MS = 4000;

/** One client with many connections, and one that waits for each of its answers. */
export const floodOfOneKey: Extreme = {
  name: 'flood-of-one-key',
  bound: `beside ${CONNECTIONS} connections of one key 90 % of another's pictures are answered, half within ${MEDIAN_MS / 1000} s`,
  run: () =>
    withService({ ENGINES: '2', API_KEYS: `${FLOODER},${OTHER}` }, async ({ url }) => {
      const request = pictureRequest('cat.jpg', readFileSync('samples/cat.jpg'), 'raw');
      const withKey = (key: string) => ({ ...request, headers: { ...request.headers, 'x-api-key': key } });
      const endsAt = performance.now() + MS;

      /** @returns how long each that was answered with 200 took, milliseconds */
      async function ask(key: string, count: () => void): Promise<number[]> {
        const tookMs: number[] = [];
        const connection = openLightSockets(url, 1);
        const asked = withKey(key);
        while (performance.now() < endsAt) {
          const askedAt = performance.now();
          const { status } = await connection.ask(asked);
          if (status === 200) tookMs.push(performance.now() - askedAt);
          count();
        }
        connection.close();
        return tookMs;
      }

      let [asked, flooded] = [0, 0];
      const other = ask(OTHER, () => asked++);
      const flood = Array.from({ length: CONNECTIONS }, () => ask(FLOODER, () => flooded++));
      const tookMs = await other;
      const answered = (await Promise.all(flood)).flat().length;
      const median = tookMs.length === 0 ? Infinity : percentile(tookMs, 0.5);
      return {
        figure: `${tookMs.length} of ${asked} answered, half of them within ${(median / 1000).toFixed(2)} s; of the flood's ${flooded} ${answered}`,
        held: tookMs.length > 0 && tookMs.length >= (1 - MOST_REFUSED) * asked && median <= MEDIAN_MS,
      };
    }),
};
