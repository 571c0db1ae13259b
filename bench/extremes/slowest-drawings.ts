import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningService } from '../start-service.ts';
import { annotateAgainAndAgain } from './annotate-again-and-again.ts';
import type { Extreme } from './extreme.ts';
import { largeWebp } from './large-webp.ts';
import { lookAtEngines } from './look-at-engines.ts';
import { postPicture } from './post-picture.ts';
import { withService } from './with-service.ts';

/** All that the network sees, with its bands. */
const QUERY = '?score_threshold=0&max_detections=1000&bands=true';
const DURATION_MS = 30_000;
/** Between two pictures of the others, which are to be answered and not to take all there is. */
const PAUSE_MS = 50;

/** Pictures that take longest to draw, at the default settings: a deadline of 10 s, and a second more until an engine is called hung. */
export const slowestDrawings: Extreme = {
  name: 'slowest-drawings',
  bound: `33-megapixel WebP with all detections and bands, two clients with other bytes each time, then four with the same: no engine dies, no 422, others get 200`,
  async run() {
    const picture = await largeWebp();
    let count = 0;
    const other = () => new Uint8Array(Buffer.concat([picture, Buffer.from(String(count++))]));
    return withService({ ENGINES: '2' }, async service => {
      const target = { url: service.url, query: QUERY, accept: 'image/jpeg' };
      const first = await beside(service, () => annotateAgainAndAgain(target, 2, other));
      const second = await beside(service, () => annotateAgainAndAgain(target, 4, () => picture));
      const { died } = await lookAtEngines(service);
      const seen = [first, second];
      const said = seen.map(({ theirs, others, slowestMs }) => {
        return `${JSON.stringify(theirs)}, others ${JSON.stringify(others)}, ${(slowestMs / 1000).toFixed(1)} s at most`;
      });
      return {
        figure: `${died} engines died; ${said.join('; the same bytes: ')}`,
        held:
          died === 0 &&
          (first.theirs[200] ?? 0) > 0 &&
          seen.every(({ theirs, others }) => onlyHas(theirs, [200, 504]) && onlyHas(others, [200])),
      };
    });
  },
};

/** What a crowd was answered, and what somebody else who sends a small picture now and then. */
async function beside({ url }: RunningService, crowdOf: () => ReturnType<typeof annotateAgainAndAgain>) {
  const small = readFileSync('samples/cat.jpg');
  const others: Record<number, number> = {};
  let slowestMs = 0;
  const crowd = crowdOf();
  const endsAt = performance.now() + DURATION_MS;
  while (performance.now() < endsAt) {
    const { status, ms } = await postPicture(url, small);
    others[status] = (others[status] ?? 0) + 1;
    slowestMs = Math.max(slowestMs, ms);
    await sleep(PAUSE_MS);
  }
  return { theirs: await crowd.stop(), others, slowestMs };
}

function onlyHas(statuses: Record<number, number>, allowed: readonly number[]): boolean {
  return Object.keys(statuses).every(status => allowed.includes(Number(status)));
}
