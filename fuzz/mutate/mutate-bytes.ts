import type { Dice } from '../dice.ts';

/** Where parsers of sizes and counts go wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

type Change = (bytes: Buffer, dice: Dice, other: Buffer) => Buffer;

const flipBit: Change = (bytes, dice) => {
  bytes[dice.int(bytes.length)]! ^= 1 << dice.int(8);
  return bytes;
};

const setByte: Change = (bytes, dice) => {
  bytes[dice.int(bytes.length)] = dice.int(256);
  return bytes;
};

const setNumber: Change = (bytes, dice) => {
  const size = dice.pick([2, 3, 4]);
  if (bytes.length < size) return bytes;
  const at = dice.int(bytes.length - size + 1);
  const value = dice.pick(EDGES) % 2 ** (8 * size);
  if (dice.chance(0.5)) bytes.writeUIntBE(value, at, size);
  else bytes.writeUIntLE(value, at, size);
  return bytes;
};

const remove: Change = (bytes, dice) => {
  const at = dice.int(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.int(32))]);
};

const insert: Change = (bytes, dice) => {
  const at = dice.int(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), dice.bytes(1 + dice.int(16)), bytes.subarray(at)]);
};

const repeat: Change = (bytes, dice) => {
  const from = dice.int(bytes.length);
  const piece = bytes.subarray(from, from + 1 + dice.int(64));
  const at = dice.int(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
};

const splice: Change = (bytes, dice, other) => {
  const at = dice.int(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), other.subarray(dice.int(other.length))]);
};

const cut: Change = (bytes, dice) => bytes.subarray(0, 1 + dice.int(bytes.length));

const append: Change = (bytes, dice, other) =>
  Buffer.concat([bytes, dice.chance(0.5) ? other : dice.bytes(1 + dice.int(64))]);

const CHANGES: readonly Change[] = [
  ...[flipBit, flipBit, flipBit, setByte, setByte, setNumber, setNumber],
  ...[remove, insert, repeat, splice, cut, append],
];

/** One to eight changes that know nothing of what the bytes mean. */
export function mutateBytes(bytes: Buffer, dice: Dice, other: Buffer): Buffer {
  let changed = Buffer.from(bytes);
  for (let left = 1 + dice.int(dice.chance(0.7) ? 2 : 8); left > 0 && changed.length > 0; left--) {
    changed = Buffer.from(dice.pick(CHANGES)(changed, dice, other));
  }
  return changed;
}
