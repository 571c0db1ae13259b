import { deflateSync, inflateSync } from 'node:zlib';
import type { Dice } from '../dice.ts';
import { crc32 } from './crc32.ts';
import { CHUNK_MOVES, type Chunk, mutateChunks } from './mutate-chunks.ts';

const KINDS = [
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'cHRM',
  'iCCP',
  'tEXt',
  'zTXt',
  'iTXt',
  'eXIf',
  'acTL',
  'fcTL',
];

function split(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function join(signature: Buffer, chunks: readonly Chunk[], dice: Dice): Buffer {
  const parts = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(dice.chance(0.01) ? dice.pick([0, 0x7fffffff, 0xffffffff]) : data.length, 0);
    frame.writeUInt32BE(dice.chance(0.02) ? 0 : crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  });
  return Buffer.concat([signature, ...parts]);
}

/** One change that knows the chunks of a PNG; their CRCs are made right again, or nothing behind them would be reached. */
export function mutatePng(bytes: Buffer, dice: Dice, other: Buffer): Buffer {
  const chunks = split(bytes);
  if (chunks.length === 0) return bytes;
  const at = dice.int(chunks.length);
  const change = dice.int(CHUNK_MOVES + 2);
  switch (change) {
    case 5:
      changeHeader(chunks, dice);
      break;
    case 6:
      changePixels(chunks, dice);
      break;
    default:
      mutateChunks(chunks, at, change, { dice, kinds: KINDS, others: () => split(other) });
  }
  return join(bytes.subarray(0, 8), chunks, dice);
}

/** IHDR: width, height, depth, colour, compression, filter, interlace. */
function changeHeader(chunks: Chunk[], dice: Dice): void {
  const data = Buffer.from(chunks[0]?.data ?? []);
  if (data.length < 13) return;
  const field = dice.int(7);
  if (field < 2) data.writeUInt32BE(dice.pick([0, 1, 71, 73, 5000, 0x7fffffff, 0x80000000, 0xffffffff]), field * 4);
  else data[6 + field] = dice.int(17);
  chunks[0] = { type: 'IHDR', data };
}

/** The inflated rows: their filters, their length; deflated again. */
function changePixels(chunks: Chunk[], dice: Dice): void {
  const all = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  let rows: Buffer;
  try {
    rows = inflateSync(all, { maxOutputLength: 1 << 20 });
  } catch {
    return;
  }
  for (let left = 1 + dice.int(4); left > 0 && rows.length > 0; left--) rows[dice.int(rows.length)] = dice.int(256);
  if (dice.chance(0.4)) rows = rows.subarray(0, dice.int(rows.length + 1));
  if (dice.chance(0.1)) rows = Buffer.concat([rows, rows]);
  const first = chunks.findIndex(({ type }) => type === 'IDAT');
  const rest = chunks.filter(({ type }) => type !== 'IDAT');
  chunks.splice(
    0,
    chunks.length,
    ...rest.slice(0, first),
    { type: 'IDAT', data: deflateSync(rows) },
    ...rest.slice(first),
  );
}
