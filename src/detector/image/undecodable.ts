import { DetectorError } from '../errors.ts';

/** The error for a picture of which a decoder said `cause`. */
export function undecodable(cause: unknown): DetectorError {
  return new DetectorError('unprocessable_image', 'The picture does not decode: it is damaged or incomplete.', {
    cause,
  });
}
