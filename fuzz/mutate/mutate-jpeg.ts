import type { Dice } from '../dice.ts';

const SOS = 0xda;
const FRAMES = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc9, 0xca];

/** A segment with its marker and length, or a run of entropy-coded bytes. */
interface Segment {
  marker: number;
  bytes: Buffer;
}

function split(bytes: Buffer): Segment[] {
  const segments: Segment[] = [{ marker: 0xd8, bytes: bytes.subarray(0, 2) }];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    const end = marker === 0xd9 ? at + 2 : at + 2 + bytes.readUInt16BE(at + 2);
    segments.push({ marker, bytes: bytes.subarray(at, end) });
    at = end;
    if (marker !== SOS) continue;
    let next = at;
    while (next < bytes.length && !(bytes[next] === 0xff && bytes[next + 1] !== 0)) next++;
    segments.push({ marker: 0, bytes: bytes.subarray(at, next) });
    at = next;
  }
  segments.push({ marker: 0, bytes: bytes.subarray(at) });
  return segments.filter(segment => segment.bytes.length > 0);
}

/** One change that knows the segments of a JPEG: sizes, sampling, tables, scans, the entropy-coded data. */
export function mutateJpeg(bytes: Buffer, dice: Dice, other: Buffer): Buffer {
  const segments = split(Buffer.from(bytes));
  if (segments.length === 0) return bytes;
  const at = dice.int(segments.length);
  const { marker, bytes: chosen } = segments[at]!;
  const fresh = Buffer.from(chosen);
  switch (dice.int(8)) {
    case 0:
      segments.splice(at, 1);
      break;
    case 1:
      segments.splice(dice.int(segments.length), 0, { marker, bytes: fresh });
      break;
    case 2: {
      const to = dice.int(segments.length);
      [segments[at], segments[to]] = [segments[to]!, segments[at]!];
      break;
    }
    case 3:
      segments[at] = { marker, bytes: changeFrame(segments, dice) ?? fresh };
      break;
    case 4:
      if (fresh.length > 4) fresh.writeUInt16BE(dice.pick([0, 1, 2, 3, fresh.length, 0xffff]), 2);
      segments[at] = { marker, bytes: fresh };
      break;
    case 5: {
      const theirs = split(other);
      segments.splice(at, 1, dice.pick(theirs));
      break;
    }
    case 6: {
      // A marker inside the entropy-coded data: a restart, an end, a frame.
      const marked = Buffer.from([0xff, dice.pick([0xd0, 0xd7, 0xd9, 0xda, 0xc0, 0xfe, 0xff, 0x01])]);
      const inside = dice.int(fresh.length);
      segments[at] = { marker, bytes: Buffer.concat([fresh.subarray(0, inside), marked, fresh.subarray(inside)]) };
      break;
    }
    default:
      for (let left = 1 + dice.int(4); left > 0; left--) fresh[dice.int(fresh.length)] = dice.int(256);
      segments[at] = { marker, bytes: fresh };
  }
  return Buffer.concat(segments.map(segment => segment.bytes));
}

/** Another size, precision, number of components or sampling, in place. Answers undefined: the frame is among the segments. */
function changeFrame(segments: Segment[], dice: Dice): undefined {
  const frame = segments.find(({ marker }) => FRAMES.includes(marker));
  if (frame === undefined || frame.bytes.length < 12) return;
  const bytes = Buffer.from(frame.bytes);
  const edges = [0, 1, 2, 7, 8, 9, 300, 5000, 0xffff];
  switch (dice.int(5)) {
    case 0:
      bytes.writeUInt16BE(dice.pick(edges), 5);
      break;
    case 1:
      bytes.writeUInt16BE(dice.pick(edges), 7);
      break;
    case 2:
      bytes[4] = dice.pick([1, 8, 12, 16]);
      break;
    case 3:
      bytes[9] = dice.int(6);
      break;
    default:
      bytes[11 + 3 * dice.int(Math.floor((bytes.length - 10) / 3))] = dice.int(256);
  }
  if (dice.chance(0.2)) bytes[1] = dice.pick(FRAMES);
  frame.bytes = bytes;
}
