import { DetectorError } from '../errors.ts';
import type { OptionalFormat } from '../types.ts';
import { MAX_FRAMES } from './avif-flaw.ts';
import { type CodingFlaw, codingFlaw, MAX_SCANS } from './coding-flaw.ts';
import { foreignFormat } from './foreign-format.ts';
import { acceptedFormats, listFormats, type PictureFormat, sniffFormat } from './format.ts';
import { MAX_PIECES } from './max-pieces.ts';
import { undecodable } from './undecodable.ts';

/** What is said of a picture that has a flaw although it is whole; `name` is its format's. */
const SENTENCES: Record<Exclude<CodingFlaw, 'ends too soon'>, (name: string) => string> = {
  'too many scans': () =>
    `The JPEG has more than ${MAX_SCANS} scans; save it again as an ordinary or a progressive JPEG.`,
  'too many pieces': name =>
    `The ${name} has more than ${MAX_PIECES} segments or chunks; save it again without metadata.`,
  'too many frames': () =>
    `The AVIF has more than ${MAX_FRAMES} frames in one picture; save it again as a still picture.`,
  'heavy arithmetic': name =>
    `The ${name} has more in its arithmetic-coded scans than a picture; save it again as an ordinary ${name}.`,
  'heavy tags': () => 'The TIFF has more in its tags than a picture; save it again as an ordinary TIFF.',
};

/** The format of a picture that may be given to a decoder. Throws a `DetectorError` of any other. */
export function checkCoding(bytes: Uint8Array, formats: readonly OptionalFormat[]): PictureFormat {
  const format = checkFormat(bytes, formats);
  const flaw = codingFlaw(bytes, format);
  if (flaw === 'ends too soon') throw undecodable(`the ${format} has no end`);
  if (flaw !== undefined) throw new DetectorError('unprocessable_image', SENTENCES[flaw](listFormats([format])));
  return format;
}

function checkFormat(bytes: Uint8Array, formats: readonly OptionalFormat[]): PictureFormat {
  const format = sniffFormat(bytes);
  const accepted = acceptedFormats(formats);
  if (format !== undefined && accepted.includes(format)) return format;
  const names = listFormats(accepted);
  const foreign = foreignFormat(bytes);
  const found =
    format !== undefined
      ? `${format.toUpperCase()} pictures are not accepted here`
      : foreign !== undefined
        ? `The file is ${foreign}`
        : 'The bytes are of no picture format known here';
  throw new DetectorError('unsupported_media_type', `${found}; send one of ${names}.`);
}
