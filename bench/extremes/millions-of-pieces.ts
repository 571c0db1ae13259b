import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { riffChunk, withChunks, withRiffChunks, withSegments } from '../../test/support/many-pieces.ts';
import type { Extreme } from './extreme.ts';
import { lookAtEngines } from './look-at-engines.ts';
import { type Posted, postPicture } from './post-picture.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

/** Just below the default of MAX_BODY_BYTES. */
const BYTES = 19_600_000;
/** As many as there may be, less those that the pictures have themselves. */
const ALLOWED = 10_000 - 30;
const REFUSED_WITHIN_MS = 1000;
/** Half the deadline. */
const ANSWERED_WITHIN_MS = 5000;
/** Most of it is the model, and 20 MB of the body; libvips kept 1.4 GB. */
const ENGINE_MB = 500;

export const millionsOfPieces: Extreme = {
  name: 'millions-of-pieces',
  bound: `JPEG, PNG and WebP that are ${BYTES / 1e6} MB of the smallest segments, chunks and frames: 422 within ${REFUSED_WITHIN_MS} ms, ${ALLOWED} 200 within ${ANSWERED_WITHIN_MS} ms, an engine of at most ${ENGINE_MB} MB`,
  missing: whatIsMissing,
  async run() {
    const pictures = await makePictures();
    return withService({}, async service => {
      const refused: Posted[] = [];
      const answered: Posted[] = [];
      for (const { pieceBytes, make } of pictures) {
        refused.push(await postPicture(service.url, make(Math.floor(BYTES / pieceBytes))));
        answered.push(await postPicture(service.url, make(ALLOWED)));
      }
      const { died, peakMb } = await lookAtEngines(service);
      const figures = pictures.map(({ name }, i) => {
        const [above, below] = [refused[i]!, answered[i]!].map(
          ({ status, ms }) => `${status} after ${ms.toFixed(0)} ms`,
        );
        return `${name}: ${above}; ${ALLOWED}: ${below}`;
      });
      return {
        figure: `${figures.join('; ')}; an engine of ${peakMb.toFixed(0)} MB at most, ${died} died`,
        held:
          refused.every(({ status, ms }) => status === 422 && ms <= REFUSED_WITHIN_MS) &&
          answered.every(({ status, ms }) => status === 200 && ms <= ANSWERED_WITHIN_MS) &&
          peakMb <= ENGINE_MB &&
          died === 0,
      };
    });
  },
};

/** Of each format, that piece which took its decoder longest. */
async function makePictures() {
  const photo = sharp(await readFile('samples/motorcycle.jpg')).resize(416);
  const jpeg = await photo.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer();
  const png = await photo.clone().png().toBuffer();
  const frames = await Promise.all([photo.clone(), photo.clone().negate()].map(frame => frame.png().toBuffer()));
  const webp = await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
  const onePixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .webp({ lossless: true })
    .toBuffer();
  const frame = riffChunk('ANMF', Buffer.concat([Buffer.alloc(16), onePixel.subarray(12)]));
  return [
    { name: 'APP1 of JPEG', pieceBytes: 4, make: (count: number) => withSegments(jpeg, count) },
    { name: 'tEXt of PNG', pieceBytes: 12, make: (count: number) => withChunks(png, count, 'tEXt') },
    { name: 'frames of WebP', pieceBytes: frame.length, make: (count: number) => withRiffChunks(webp, count, frame) },
  ];
}
