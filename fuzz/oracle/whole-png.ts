import { inflateSync } from 'node:zlib';
import { crc32 } from '../mutate/crc32.ts';
import type { Reading } from './whole-picture.ts';

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Of the seven passes of Adam7: first column and row, steps (ISO 15948, 8.2). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
/** Inflating more than this to prove a point is not worth it: such pictures are not judged by their rows. */
const MAX_ROWS = 32 * 1024 * 1024;

/** ISO 15948: IHDR to IEND, and as many bytes of rows in chunks with a right CRC as the header announces. */
export function wholePng(bytes: Buffer): Reading {
  const data: Buffer[] = [];
  let header: Buffer | undefined;
  let mayBeTurned = false;
  let rowsBegun = false;
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) return { flaw: 'the PNG ends before IEND' };
    const length = bytes.readUInt32BE(at);
    if (at + 12 + length > bytes.length) return { flaw: 'the PNG ends inside a chunk' };
    const type = bytes.toString('latin1', at + 4, at + 8);
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    const isIntact = crc32(bytes.subarray(at + 4, at + 8 + length)) === bytes.readUInt32BE(at + 8 + length);
    // A palette is a suggestion where the pixels have colours of their own, and nobody's behind the rows.
    const isNeeded = (type === 'IHDR' && header === undefined) || (type === 'PLTE' && header?.[9] === 3 && !rowsBegun);
    if (!isIntact && isNeeded) return { flaw: `the chunk ${type} of the PNG has a wrong CRC` };
    if (type === 'IHDR') header ??= chunk;
    rowsBegun ||= type === 'IDAT';
    // A damaged one behind the last row is nobody's pixels; before it, the rows will not suffice.
    if (type === 'IDAT' && isIntact) data.push(chunk);
    if (type === 'eXIf' || type === 'iTXt' || type === 'zTXt' || type === 'tEXt') mayBeTurned = true;
    at += 12 + length;
    if (type === 'IEND') break;
  }
  if (header === undefined || header.length !== 13) return { flaw: 'the PNG has no header' };
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const wanted = rowBytes(width, height, header);
  if (wanted < MAX_ROWS && inflatedBytes(Buffer.concat(data)) < wanted) {
    return { flaw: 'the PNG has fewer rows than its header announces' };
  }
  return { width, height, mayBeTurned };
}

function rowBytes(width: number, height: number, header: Buffer): number {
  const bits = header[8]! * (CHANNELS[header[9]!] ?? 0);
  const passes = header[12] === 1 ? PASSES : ([[0, 0, 1, 1]] as const);
  return passes.reduce((sum, [x, y, stepX, stepY]) => {
    const columns = Math.ceil((width - x) / stepX);
    const rows = Math.ceil((height - y) / stepY);
    return columns <= 0 || rows <= 0 ? sum : sum + rows * (1 + Math.ceil((columns * bits) / 8));
  }, 0);
}

function inflatedBytes(data: Buffer): number {
  try {
    return inflateSync(data, { finishFlush: 2, maxOutputLength: 2 * MAX_ROWS }).length;
  } catch (error) {
    // What lies behind the rows, the checksum included, is nobody's pixels; how much came before is asked another way.
    return inflatedBeforeError(data, error);
  }
}

function inflatedBeforeError(data: Buffer, error: unknown): number {
  const { code } = error as { code?: string };
  // A wrong checksum at the end, a stream longer than its rows: the rows themselves are there.
  return code === 'Z_DATA_ERROR' && data.length > 6
    ? bytesBeforeChecksum(data)
    : code === 'ERR_BUFFER_TOO_LARGE'
      ? Infinity
      : 0;
}

function bytesBeforeChecksum(data: Buffer): number {
  try {
    return inflateSync(data.subarray(0, -4), { finishFlush: 2, maxOutputLength: 2 * MAX_ROWS }).length;
  } catch {
    return 0;
  }
}
