import { taggedTiff, unknownTags } from '../../test/support/tagged-tiff.ts';
import type { Extreme } from './extreme.ts';
import { postPicture } from './post-picture.ts';
import { withService } from './with-service.ts';

const UNKNOWN_TAGS = 4000;
const SHARING_TAGS = 200;
/** What they all are. */
const SHARED_BYTES = 19_000_000;
/** Of `MOST_TAGS` in src/detector/image/has-heavy-tags.ts nine are the picture's. */
const ALLOWED_TAGS = 512 - 9;
/** In all of them; libtiff itself refuses a picture for which it would take more than 50 MiB. */
const ALLOWED_BYTES = 45_000_000;
const REFUSED_WITHIN_MS = 1000;
/** Half the deadline. */
const ANSWERED_WITHIN_MS = 5000;

/** So many tags whose values are the same bytes of the file. */
const sharing = (count: number, bytesOfEach: number) =>
  taggedTiff(at => unknownTags(count, () => ({ count: Math.floor(bytesOfEach / 4), value: at })), {
    bytes: SHARED_BYTES,
  });

export const heavyTags: Extreme = {
  name: 'heavy-tags',
  bound: `TIFF with ${UNKNOWN_TAGS} unknown tags, and with ${SHARING_TAGS} that are the same ${SHARED_BYTES / 1e6} MB: 422 within ${REFUSED_WITHIN_MS} ms; ${ALLOWED_TAGS} of ${ALLOWED_BYTES / 1e6} MB together: 200 within ${ANSWERED_WITHIN_MS} ms`,
  run: () =>
    withService({ FORMATS: 'tiff' }, async ({ url }) => {
      await postPicture(
        url,
        taggedTiff(() => []),
      ); // the first takes longer
      const many = await postPicture(
        url,
        taggedTiff(() => unknownTags(UNKNOWN_TAGS, () => ({}))),
      );
      const large = await postPicture(url, sharing(SHARING_TAGS, SHARED_BYTES));
      const allowed = await postPicture(url, sharing(ALLOWED_TAGS, ALLOWED_BYTES / ALLOWED_TAGS));
      const [ofMany, ofLarge, ofAllowed] = [many, large, allowed].map(
        ({ status, ms }) => `${status} after ${ms.toFixed(0)} ms`,
      );
      return {
        figure: `${UNKNOWN_TAGS} tags: ${ofMany}; ${SHARING_TAGS} of ${SHARED_BYTES / 1e6} MB: ${ofLarge}; ${ALLOWED_TAGS} of ${ALLOWED_BYTES / 1e6} MB together: ${ofAllowed}`,
        held:
          [many, large].every(({ status, ms }) => status === 422 && ms <= REFUSED_WITHIN_MS) &&
          allowed.status === 200 &&
          allowed.ms <= ANSWERED_WITHIN_MS,
      };
    }),
};
