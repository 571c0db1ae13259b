import { widePng } from '../../test/support/wide-png.ts';
import type { Extreme } from './extreme.ts';
import { lookAtEngines } from './look-at-engines.ts';
import { postPicture } from './post-picture.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const WIDTH = 65_535;
/** So that it has no more pixels than the default of MAX_PIXELS. */
const HEIGHT = 503;
/** For one engine, which decodes as many ordinary ones at a time. */
const AT_ONCE = 3;
/** Twice the default of DEADLINE_MS: on a busy machine the last of them takes 7 s. */
const ANSWERED_WITHIN_MS = 20_000;
/** Seen: 570 to 590, where one is decoded after the other; 940 to 960 at the same time. */
const ENGINE_MB = 800;

export const longestRow: Extreme = {
  name: 'longest-row',
  bound: `${AT_ONCE} PNGs of ${WIDTH}x${HEIGHT} at once: 200 within ${ANSWERED_WITHIN_MS / 1000} s, an engine of at most ${ENGINE_MB} MB`,
  missing: whatIsMissing,
  async run() {
    const picture = widePng(WIDTH, HEIGHT);
    return withService({ DEADLINE_MS: String(ANSWERED_WITHIN_MS) }, async service => {
      const alone = await postPicture(service.url, picture);
      const together = await Promise.all(Array.from({ length: AT_ONCE }, () => postPicture(service.url, picture)));
      const { died, peakMb } = await lookAtEngines(service);
      const all = [alone, ...together];
      const slowest = Math.max(...together.map(({ ms }) => ms));
      const statuses = [...new Set(all.map(({ status }) => status))];
      return {
        figure: `${statuses.join(' and ')}, alone after ${alone.ms.toFixed(0)} ms, ${AT_ONCE} at once after ${slowest.toFixed(0)} ms at most; an engine of ${peakMb.toFixed(0)} MB at most, ${died} died`,
        held:
          all.every(({ status, ms }) => status === 200 && ms <= ANSWERED_WITHIN_MS) &&
          peakMb <= ENGINE_MB &&
          died === 0,
      };
    });
  },
};
