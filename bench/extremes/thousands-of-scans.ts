import { manyScans } from '../../test/support/many-scans.ts';
import type { Extreme } from './extreme.ts';
import { postPicture } from './post-picture.ts';
import { withService } from './with-service.ts';

/** As many as there can be: 63 coefficients in 14 scans each, of three components, and one for all of theirs before. */
const SCANS = 1 + 63 * 14 * 3;
const ALLOWED = 100;
/** Of a picture of 16 megapixels. */
const SIDE = 4096;
const REFUSED_WITHIN_MS = 1000;
/** Half the deadline. */
const ANSWERED_WITHIN_MS = 5000;

export const thousandsOfScans: Extreme = {
  name: 'thousands-of-scans',
  bound: `JPEG of 16 megapixels: ${SCANS} scans 422 within ${REFUSED_WITHIN_MS} ms, ${ALLOWED} 200 within ${ANSWERED_WITHIN_MS} ms`,
  run: () =>
    withService({}, async ({ url }) => {
      const refused = await postPicture(url, manyScans(SCANS, 3, SIDE));
      const answered = await postPicture(url, manyScans(ALLOWED, 3, SIDE));
      return {
        figure: `${SCANS} scans: ${refused.status} after ${refused.ms.toFixed(0)} ms; ${ALLOWED}: ${answered.status} after ${answered.ms.toFixed(0)} ms`,
        held:
          refused.status === 422 &&
          refused.ms <= REFUSED_WITHIN_MS &&
          answered.status === 200 &&
          answered.ms <= ANSWERED_WITHIN_MS,
      };
    }),
};
