import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { MAX_FRAMES } from '../../../src/detector/image/avif-flaw.ts';
import { codingFlaw } from '../../../src/detector/image/coding-flaw.ts';
import { decodePicture } from '../../../src/detector/image/decode.ts';
import { MAX_PIECES } from '../../../src/detector/image/max-pieces.ts';
import { repeatFrame } from '../../support/repeat-frame.ts';

const LIMITS = { maxPixels: 33_000_000, formats: ['avif'] as const };
const asItIs = (picture: { width: number; height: number }) => picture;

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#2468ac' } });

let avif: Buffer;
before(async () => {
  avif = await plain(320, 200).avif({ effort: 0 }).toBuffer();
});

test('an AVIF of one frame has no flaw, nor has one with transparency, EXIF and XMP', async () => {
  assert.equal(codingFlaw(avif, 'avif'), undefined);
  const rich = await sharp({ create: { width: 40, height: 30, channels: 4, background: '#2468ac80' } })
    .withExif({ IFD0: { Artist: 'nobody' } })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
    .avif({ effort: 0 })
    .toBuffer();
  assert.equal(codingFlaw(rich, 'avif'), undefined);
  const { picture } = await decodePicture(rich, LIMITS, asItIs);
  assert.deepEqual(picture, { width: 40, height: 30 });
});

test('one of as many frames as there may be is decoded, one more is refused before', async () => {
  const { picture } = await decodePicture(repeatFrame(avif, MAX_FRAMES), LIMITS, asItIs);
  assert.deepEqual(picture, { width: 320, height: 200 });
  const refusal = { code: 'unprocessable_image', message: /^The AVIF has more than 4 frames in one picture; / };
  await assert.rejects(decodePicture(repeatFrame(avif, MAX_FRAMES + 1), LIMITS, asItIs), refusal);
});

test('its decoder does decode all of them: without the bound it takes as much longer', async t => {
  const large = await plain(2000, 2000).avif({ quality: 1, effort: 0 }).toBuffer();
  const cpuMs = async (bytes: Buffer) => {
    const before = process.cpuUsage();
    await sharp(bytes).raw().toBuffer();
    return process.cpuUsage(before).user / 1000;
  };
  // The first decoder of a process costs more than a frame.
  await cpuMs(avif);
  const [one, sixty] = [await cpuMs(repeatFrame(large, 1)), await cpuMs(repeatFrame(large, 60))];
  t.diagnostic(`1 frame ${one.toFixed(0)} ms, 60 frames ${sixty.toFixed(0)} ms`);
  assert.ok(sixty > 3 * one, 'else the bound is not needed any more');
});

test('frames are counted wherever the item is: in extents, in its own box', () => {
  const many = repeatFrame(avif, MAX_FRAMES + 1);
  assert.equal(codingFlaw(inTwoExtents(many), 'avif'), 'too many frames', 'extents');
  assert.equal(codingFlaw(inOwnBox(many), 'avif'), 'too many frames', 'idat');
  assert.equal(codingFlaw(inOwnBox(avif), 'avif'), undefined);
});

test('what cannot be looked through is refused', () => {
  const padding = Buffer.alloc(2 * MAX_PIECES, Buffer.of(0x7a, 0));
  assert.equal(codingFlaw(repeatFrame(avif, 1, padding), 'avif'), 'too many pieces');
  assert.equal(codingFlaw(inTwoExtents(repeatFrame(avif, 1), 200), 'avif'), 'too many pieces', 'the same bytes again');
});

test('places that take no bytes are not gone through', t => {
  // Neither offset nor length: 65,535 extents of each of many items, and many boxes of them.
  const item = Buffer.of(0, 1, 0, 0, 0xff, 0xff);
  const iloc = (items: number) => {
    const head = Buffer.of(0, 0, 0, 0, 0, 0, items >> 8, items & 0xff);
    return boxOf('iloc', Buffer.concat([head, ...Array<Buffer>(items).fill(item)]));
  };
  const startedAt = performance.now();
  for (const inside of [[iloc(60_000)], Array<Buffer>(50_000).fill(iloc(1))]) {
    const file = Buffer.concat([avif, boxOf('meta', Buffer.concat([Buffer.alloc(4), ...inside]))]);
    assert.equal(codingFlaw(file, 'avif'), 'too many pieces');
  }
  const ms = performance.now() - startedAt;
  t.diagnostic(`${ms.toFixed(0)} ms`);
  assert.ok(ms < 5000, 'without the bound it takes minutes');
});

test('what is no file of boxes is left to the decoder', () => {
  for (let length = 0; length < avif.length; length++) codingFlaw(avif.subarray(0, length), 'avif');
  for (let at = 12; at < avif.length; at++) {
    const damaged = Buffer.from(avif);
    damaged[at] = 0xff;
    codingFlaw(damaged, 'avif');
  }
});

interface Place {
  version: number;
  method?: number;
  extents: [at: number, length: number][];
}

/** The file with its `iloc` box replaced, which is found anew: where the picture lies is said as `place` says, given how much later it lies now. */
function withPlace(file: Buffer, place: (later: number, at: number, length: number) => Place): Buffer {
  const [metaAt, ilocAt] = [file.indexOf('meta') - 4, file.indexOf('iloc') - 4];
  const end = ilocAt + file.readUInt32BE(ilocAt);
  const mdat = file.indexOf('mdat') + 4;
  const write = (later: number) => {
    const { version, method = 0, extents } = place(later, mdat + later, file.length - mdat);

    const parts = [Buffer.alloc(4), Buffer.from('iloc'), int32(version << 24), int16(0x4400, 1, 1)];
    if (version > 0) parts.push(int16(method));
    parts.push(int16(0, extents.length), int32(...extents.flat()));
    const box = Buffer.concat(parts);
    box.writeUInt32BE(box.length, 0);
    return box;
  };
  const later = write(0).length - (end - ilocAt);
  const changed = Buffer.concat([file.subarray(0, ilocAt), write(later), file.subarray(end)]);
  changed.writeUInt32BE(file.readUInt32BE(metaAt) + later, metaAt);
  return changed;
}

const int16 = (...values: number[]) => Buffer.from(new Uint16Array(values).buffer).swap16();
const int32 = (...values: number[]) => Buffer.from(new Uint32Array(values).buffer).swap32();
const boxOf = (type: string, content: Buffer) => Buffer.concat([int32(8 + content.length), Buffer.from(type), content]);

/** In two parts, so many times. */
function inTwoExtents(file: Buffer, times = 1): Buffer {
  return withPlace(file, (_later, at, length) => {
    const halves: [number, number][] = [
      [at, 100],
      [at + 100, length - 100],
    ];
    return { version: 0, extents: Array.from({ length: times }, () => halves).flat() };
  });
}

/** With what was in `mdat` in an `idat` box in front of the others in `meta`. */
function inOwnBox(file: Buffer): Buffer {
  const mdat = file.indexOf('mdat') + 4;
  const data = file.subarray(mdat);
  const placed = withPlace(file.subarray(0, mdat), () => ({ version: 1, method: 1, extents: [[0, data.length]] }));
  const meta = placed.indexOf('meta') - 4;
  const box = Buffer.concat([int32(data.length + 8), Buffer.from('idat'), data]);
  const changed = Buffer.concat([placed.subarray(0, meta + 12), box, placed.subarray(meta + 12)]);
  changed.writeUInt32BE(placed.readUInt32BE(meta) + box.length, meta);
  return changed;
}
