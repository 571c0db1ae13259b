import { DetectorError } from '../errors.ts';
import { isShortage } from '../shortage.ts';

/** The error for a picture of which a decoder said `cause`: that itself where it got no memory, for then nothing is known of the picture. */
export function undecodable(cause: unknown): unknown {
  if (isShortage(cause)) return cause;
  return new DetectorError('unprocessable_image', 'The picture does not decode: it is damaged or incomplete.', {
    cause,
  });
}
