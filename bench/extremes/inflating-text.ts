import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { pngChunk } from '../../test/support/png-chunk.ts';
import { lastingPart } from '../lasting-part.ts';
import type { Extreme } from './extreme.ts';
import { postPicture } from './post-picture.ts';
import { withService } from './with-service.ts';

const CHUNKS = 100;
const CHUNK_BYTES = 32 * 1024 * 1024;
/** More than without text; inflating all of it takes 24 s. */
const MORE_MS = 1000;
/** Signature and IHDR. */
const HEAD_BYTES = 33;

export const inflatingText: Extreme = {
  name: 'inflating-text',
  bound: `PNG with ${CHUNKS} zTXt chunks of ${CHUNK_BYTES / 2 ** 20} MB: answered as without them, in at most ${MORE_MS} ms more`,
  async run() {
    const plain = await sharp(await readFile('samples/astronaut.jpg'))
      .png()
      .toBuffer();
    const text = Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(CHUNK_BYTES))]);
    const chunks = new Array<Buffer>(CHUNKS).fill(pngChunk('zTXt', text));
    const picture = Buffer.concat([plain.subarray(0, HEAD_BYTES), ...chunks, plain.subarray(HEAD_BYTES)]);
    return withService({}, async ({ url }) => {
      await postPicture(url, plain); // the first takes longer
      const without = await postPicture(url, plain);
      const found = await postPicture(url, picture);
      const same = lastingPart(found.answer) === lastingPart(without.answer);
      return {
        figure: `${(picture.length / 1e6).toFixed(1)} MB: ${found.status} after ${found.ms.toFixed(0)} ms, ${same ? 'the same answer' : 'ANOTHER ANSWER'}; without text ${without.ms.toFixed(0)} ms`,
        held: without.status === 200 && found.status === 200 && same && found.ms <= without.ms + MORE_MS,
      };
    });
  },
};
