import { ServiceError } from '../errors.ts';
import { decodeBase64 } from './decode-base64.ts';
import { decodeInPlace } from './decode-in-place.ts';
import { findPicture } from './find-picture.ts';
import type { GivenOption } from './options.ts';
import { type HoldMore, JsonTooLarge, parseJson } from './parse-json.ts';

export interface JsonForm {
  picture: Buffer;
  options: GivenOption[];
}

/** Enough for a threshold of every class there may be. */
const LIMITS = { containers: 10_000, elements: 10_000 };

/**
 * The picture of a body `{"image": "<base64>"}` and the options beside it. The picture is written over its text, so that it takes no memory
 * but that of its body, which nobody may read any more. Throws `invalid_request`, and what `hold` throws.
 */
export function readJsonForm(body: Buffer, hold: HoldMore): JsonForm {
  const place = findPicture(body);
  const isAddress = place !== undefined && /^https?:/i.test(body.toString('latin1', place.from, place.from + 6));
  let value: unknown;
  let picture: Buffer | undefined;
  try {
    value = parseJson(body, LIMITS, hold, place);
    if (place !== undefined) picture = decodeInPlace(body, place);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    if (error instanceof JsonTooLarge) throw invalid(`The JSON body has ${error.message}.`);
    throw invalid('The body is not JSON, although its Content-Type says so.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('The JSON body must be an object: {"image": "<base64>"} and options.');
  }
  const { image, ...options } = value as Record<string, unknown>;
  const isGiven = place === undefined ? typeof image === 'string' && image !== '' : place.to > place.from;
  if (!isGiven) throw invalid('The JSON body needs "image": the picture in base64.');
  if (place === undefined) picture = decodeBase64(image as string);
  if (isAddress) {
    throw invalid(
      'The "image" of the JSON body is an address; nothing is fetched from there, send the picture in base64.',
    );
  }
  if (picture === undefined) {
    throw invalid('The "image" of the JSON body is not base64 (standard alphabet, no line breaks).');
  }
  return { picture, options: Object.entries(options).map(([name, option]) => ({ name, value: option })) };
}

function invalid(message: string): ServiceError {
  return new ServiceError('invalid_request', message);
}
