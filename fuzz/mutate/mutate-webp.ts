import type { Dice } from '../dice.ts';
import { CHUNK_MOVES, type Chunk, mutateChunks } from './mutate-chunks.ts';

const KINDS = ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'EXIF', 'ICCP', 'XMP ', 'junk'];

function split(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    chunks.push({ type: bytes.toString('latin1', at, at + 4), data: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length & 1);
  }
  return chunks;
}

function join(chunks: readonly Chunk[], dice: Dice): Buffer {
  const parts = chunks.map(({ type, data }) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    const wrong = dice.chance(0.03);
    head.writeUInt32LE(wrong ? dice.pick([0, 1, data.length + 1, 0xfffffff6, 0xffffffff]) : data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
  });
  const body = Buffer.concat(parts);
  const riff = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  riff.writeUInt32LE(
    dice.chance(0.05) ? dice.pick([0, 4, body.length, body.length + 6, 0xfffffffe]) : body.length + 4,
    4,
  );
  return Buffer.concat([riff, body]);
}

/** One change that knows the chunks of a WebP. */
export function mutateWebp(bytes: Buffer, dice: Dice, other: Buffer): Buffer {
  const chunks = split(bytes);
  if (chunks.length === 0) return bytes;
  const at = dice.int(chunks.length);
  const chosen = chunks[at]!;
  const fresh = Buffer.from(chosen.data);
  const change = dice.int(CHUNK_MOVES + 2);
  switch (change) {
    case 5:
      chunks[at] = { type: dice.pick(KINDS), data: fresh };
      break;
    case 6:
      // The heads of the coded data are where sizes, partitions and transforms are announced.
      for (let left = 1 + dice.int(4); left > 0 && fresh.length > 0; left--) {
        fresh[dice.int(dice.chance(0.5) ? Math.min(16, fresh.length) : fresh.length)] = dice.int(256);
      }
      chunks[at] = { type: chosen.type, data: fresh };
      break;
    default:
      mutateChunks(chunks, at, change, { dice, kinds: KINDS, others: () => split(other) });
  }
  return join(chunks, dice);
}
