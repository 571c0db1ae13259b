import { widePng } from '../../test/support/wide-png.ts';
import type { Extreme } from './extreme.ts';
import { lookAtEngines } from './look-at-engines.ts';
import { postPicture } from './post-picture.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

/** As many as the default of MAX_PIXELS. */
const PIXELS = 33_000_000;
const REFUSED_WITHIN_MS = 1000;
/** An engine with its model has 150 to 200; one that decodes the row 3,500. */
const ENGINE_MB = 500;

export const endlessRow: Extreme = {
  name: 'endless-row',
  bound: `33 megapixels of PNG in one row, then in one column: 422 within ${REFUSED_WITHIN_MS} ms, an engine of at most ${ENGINE_MB} MB`,
  missing: whatIsMissing,
  async run() {
    const pictures = [widePng(PIXELS, 1), widePng(1, PIXELS)];
    return withService({}, async service => {
      const row = await postPicture(service.url, pictures[0]!);
      const column = await postPicture(service.url, pictures[1]!);
      const { died, peakMb } = await lookAtEngines(service);
      const told = [row, column].map(({ status, ms }) => `${status} after ${ms.toFixed(0)} ms`);
      return {
        figure: `${told.join(', ')}; an engine of ${peakMb.toFixed(0)} MB at most, ${died} died`,
        held:
          [row, column].every(({ status, ms }) => status === 422 && ms <= REFUSED_WITHIN_MS) &&
          peakMb <= ENGINE_MB &&
          died === 0,
      };
    });
  },
};
