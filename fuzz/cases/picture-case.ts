import { mutateBytes } from '../mutate/mutate-bytes.ts';
import { mutateJpeg } from '../mutate/mutate-jpeg.ts';
import { mutatePng } from '../mutate/mutate-png.ts';
import { mutateWebp } from '../mutate/mutate-webp.ts';
import type { PictureFormat } from '../oracle/whole-picture.ts';
import type { CaseMaker } from './fuzz-case.ts';
import { httpRequest } from './http-request.ts';

const MUTATE = { jpeg: mutateJpeg, png: mutatePng, webp: mutateWebp };

/** A picture of one format, changed with or without knowledge of the format, as a raw body. */
export function pictureCase(format: PictureFormat): CaseMaker {
  return ({ dice, seeds, requestId }) => {
    const ours = seeds.filter(seed => seed.format === format);
    const seed = dice.pick(ours);
    const other = dice.pick(dice.chance(0.8) ? ours : seeds);
    const headers = { 'Content-Type': `image/${format}`, 'X-Request-Id': requestId };
    if (dice.chance(0.02)) {
      const request = httpRequest('/detect?include=distribution', headers, seed.bytes);
      return { what: `${format} ${seed.name}, untouched`, request, untouched: true };
    }
    let bytes: Buffer = seed.bytes;
    const structured = other.format === format && dice.chance(0.6);
    if (structured) {
      for (let left = 1 + dice.int(3); left > 0; left--) bytes = MUTATE[format](bytes, dice, other.bytes);
    }
    if (!structured || dice.chance(0.2)) bytes = mutateBytes(bytes, dice, other.bytes);
    return { what: `${format} ${seed.name}, changed`, request: httpRequest('/detect', headers, bytes) };
  };
}

/** A picture that ends too soon, in a request that is whole. */
export const cutPictureCase: CaseMaker = ({ dice, seeds, requestId }) => {
  const seed = dice.pick(seeds);
  const { length } = seed.bytes;
  // Near the end is where decoders have all the pixels they need.
  const missing = 1 + dice.int(dice.chance(0.6) ? Math.min(64, length - 1) : length - 1);
  const bytes = seed.bytes.subarray(0, length - missing);
  const request = httpRequest('/detect', { 'Content-Type': 'image/x', 'X-Request-Id': requestId }, bytes);
  return { what: `${seed.format} ${seed.name}, cut by ${missing} of ${length} bytes`, request, cut: true };
};

/** A whole picture in a request that ends too soon: the client died, or the network did. */
export const cutUploadCase: CaseMaker = ({ dice, seeds, requestId }) => {
  const seed = dice.pick(seeds);
  const headers = { 'Content-Type': `image/${seed.format}`, 'X-Request-Id': requestId };
  const whole = httpRequest('/detect', headers, seed.bytes);
  const missing = 1 + dice.int(dice.chance(0.5) ? 20 : whole.length - 1);
  if (dice.chance(0.5)) {
    return { what: `${seed.name}, upload cut by ${missing} bytes`, request: whole.subarray(0, -missing), cut: true };
  }
  const head = `POST /detect HTTP/1.1\r\nHost: fuzz\r\nX-Request-Id: ${requestId}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const size = `${seed.bytes.length.toString(16)}\r\n`;
  const chunked = Buffer.concat([Buffer.from(head + size), seed.bytes, Buffer.from('\r\n0\r\n\r\n')]);
  const request = chunked.subarray(0, -Math.min(missing, chunked.length - 1));
  return { what: `${seed.name}, chunked upload cut by ${missing} bytes`, request, cut: true };
};
