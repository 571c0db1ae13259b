import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plane } from '../../src/detector/gfl/split-outputs.ts';
import { toDetections, toPicture } from '../../src/detector/result.ts';

/** A picture that was stretched: twice as wide in the network input, half as high. */
const MAPPING = { scaleX: 2, scaleY: 0.5, offsetX: 4, offsetY: 2 };
const PICTURE = { width: 100, height: 200 };

/** Two bins a side, in the order left, top, right, bottom: of equal weight, which is half a bin give or take half a one; or all in one. */
const LOGITS = [0, 0, 0, 0, -50, 50, 50, -50];

test('edges, bins and sigmas of a stretched picture are each in the pixels of their own axis', () => {
  const plane = (data: number[]): Plane => {
    return { data: Float32Array.from(data), start: 0, pointStep: data.length, channelStep: 1 };
  };
  // Cell 5 of rows of four is the second of the second row: its centre is (12, 12).
  const level = {
    stride: 8,
    columns: 4,
    points: 1,
    cells: Int32Array.of(5),
    scores: plane([1]),
    boxes: plane(LOGITS),
  };
  const decoded = {
    // 12 less half a bin of 8, 12 less half, 12 and one, 12 and none.
    boxes: Float64Array.of(8, 8, 20, 12),
    scores: Float32Array.of(0.5),
    classIds: Int32Array.of(0),
    sources: [{ level, point: 0 }],
  };
  toPicture(decoded.boxes, MAPPING);
  const context = {
    labels: ['red'],
    mapping: MAPPING,
    picture: PICTURE,
    distribution: { bins: 2, priorOffset: 0.5 },
    includeDistribution: true,
  };
  const [detection] = toDetections(decoded, [0], context);
  assert.deepEqual(detection?.box, { x1: 2, y1: 12, x2: 8, y2: 20 });
  const { origin, binSize, ...sides } = detection.distribution!;
  assert.deepEqual(origin, { x: 4, y: 20 });
  assert.deepEqual(binSize, { x: 4, y: 16 });
  // To the last bit, since exp(-100) is nothing beside 1.
  assert.deepEqual(sides, {
    left: [0.5, 0.5],
    top: [0.5, 0.5],
    right: [Math.exp(-100), 1],
    bottom: [1, Math.exp(-100)],
  });
  const { left, top, right, bottom } = detection.uncertainty!;
  assert.deepEqual([left, top], [2, 8]);
  assert.ok(right < 1e-9 && bottom < 1e-9, 'one bin alone leaves no doubt');
});
