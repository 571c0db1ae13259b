import assert from 'node:assert/strict';
import { test } from 'node:test';
import { float16ToNumber } from '../../../src/model-builder/tfjs/float16.ts';
import { parseGraphModel, type TfWeight } from '../../../src/model-builder/tfjs/graph-model.ts';
import { readWeights } from '../../../src/model-builder/tfjs/weights.ts';

// IEEE 754-2019, binary16
const halves: Record<string, [bits: number, value: number]> = {
  zero: [0x0000, 0],
  'negative zero': [0x8000, -0],
  one: [0x3c00, 1],
  'minus two': [0xc000, -2],
  'a third, rounded': [0x3555, 0.333251953125],
  'the largest': [0x7bff, 65504],
  'the smallest normal': [0x0400, 2 ** -14],
  'the largest subnormal': [0x03ff, 1023 * 2 ** -24],
  'the smallest subnormal': [0x8001, -(2 ** -24)],
  infinity: [0x7c00, Infinity],
  'minus infinity': [0xfc00, -Infinity],
  'not a number': [0x7e00, Number.NaN],
};

for (const [name, [bits, value]] of Object.entries(halves)) {
  test(`half precision: ${name}`, () => assert.ok(Object.is(float16ToNumber(bits), value)));
}

const half: TfWeight = { name: 'half', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } };
const none: TfWeight = { name: 'none', shape: [0, 1], dtype: 'int32' };
const whole: TfWeight = { name: 'whole', shape: [], dtype: 'int32' };
const full: TfWeight = { name: 'full', shape: [1, 1], dtype: 'float32' };

function read(weights: TfWeight[], bytes: number[]) {
  const model = {
    format: 'graph-model' as const,
    modelTopology: { node: [] },
    weightsManifest: [{ paths: [], weights }],
  };
  // a view into a larger buffer, as the bytes of a file can be
  return readWeights(model, Uint8Array.from([255, ...bytes, 255]).subarray(1, bytes.length + 1));
}

test('weights lie one after another, little-endian', () => {
  const bytes = [0x00, 0x3c, 0x00, 0xc0, 0xfe, 0xff, 0xff, 0xff, 0x00, 0x00, 0xc0, 0x3f];
  const found = read([half, none, whole, full], bytes);
  assert.deepEqual(found.get('half'), { kind: 'constant', shape: [2], values: Float32Array.of(1, -2) });
  assert.deepEqual(found.get('none'), { kind: 'constant', shape: [0, 1], values: new Int32Array(0) });
  assert.deepEqual(found.get('whole'), { kind: 'constant', shape: [], values: Int32Array.of(-2) });
  assert.deepEqual(found.get('full'), { kind: 'constant', shape: [1, 1], values: Float32Array.of(1.5) });
});

test('a weight file of another length or with other types is refused', () => {
  assert.throws(() => read([half], [0, 0, 0]), { message: "The weight file ends at 3 bytes, within 'half'." });
  assert.throws(() => read([half], [0, 0, 0, 0, 0]), {
    message: 'The weight file has 5 bytes but its manifest lists 4.',
  });
  const uint8 = { name: 'q', shape: [1], dtype: 'float32', quantization: { dtype: 'uint8' } };
  assert.throws(() => read([uint8], [0]), {
    message: "Cannot read weight 'q': float32 stored as uint8 is not understood.",
  });
});

test('a malformed graph model is refused with the place', () => {
  const layers = JSON.stringify({ format: 'layers-model', modelTopology: { node: [] }, weightsManifest: [] });
  assert.throws(() => parseGraphModel(layers), { name: 'BuildError', message: /malformed: \/format / });
  const nameless = { format: 'graph-model', modelTopology: { node: [{ op: 'Add' }] }, weightsManifest: [] };
  assert.throws(() => parseGraphModel(JSON.stringify(nameless)), {
    name: 'BuildError',
    message: /\/modelTopology\/node\/0/,
  });
});
