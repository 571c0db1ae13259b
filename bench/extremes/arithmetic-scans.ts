import { arithmeticScans } from '../../test/support/arithmetic-scans.ts';
import type { Extreme } from './extreme.ts';
import { postPicture } from './post-picture.ts';
import { withService } from './with-service.ts';

const PICTURE = { width: 6600, height: 5000 };
const SCANS = 100;
/** Of three components, once each. */
const ALLOWED = 2;
const REFUSED_WITHIN_MS = 1000;
/** Half the deadline. */
const ANSWERED_WITHIN_MS = 5000;

export const arithmeticCoding: Extreme = {
  name: 'arithmetic-scans',
  bound: `JPEG of 33 megapixels, arithmetic-coded: ${SCANS} scans 422 within ${REFUSED_WITHIN_MS} ms, ${ALLOWED} 200 within ${ANSWERED_WITHIN_MS} ms`,
  run: () =>
    withService({}, async ({ url }) => {
      const refused = await postPicture(url, arithmeticScans(SCANS, PICTURE));
      const answered = await postPicture(url, arithmeticScans(ALLOWED, PICTURE));
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
