import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { detectionsHead } from '../../src/detector/head.ts';
import { placePicture } from '../../src/detector/image/placement.ts';
import type { DetectionsManifest } from '../../src/detector/model/manifest.ts';
import { resolveOptions } from '../../src/detector/options.ts';

const SIZE = { width: 64, height: 64 };
const LABELS = ['red', 'green'];
const manifest = {
  name: 'squares',
  labels: 'labels.txt',
  input: { ...SIZE, resize: { fit: 'stretch', interpolation: 'bilinear', pad: [0, 0, 0] } },
  head: { detections: 'dets', labels: 'labels' },
  candidates: { scoreThreshold: 0.05 },
  nms: { maxDetections: 100 },
} as unknown as DetectionsManifest;

test('a class id without a name is left out, and told of once', async () => {
  const head = detectionsHead(manifest, LABELS);
  const see = (...rows: [id: number, score: number][]) => {
    const dets = Float32Array.from(rows.flatMap(([, score]) => [8, 8, 40, 40, score]));
    const tensors = {
      dets: { data: dets, dims: [1, rows.length, 5] },
      labels: { data: Float32Array.from(rows, ([id]) => id), dims: [1, rows.length] },
    };
    const options = resolveOptions(manifest, LABELS);
    const placement = placePicture(manifest.input, SIZE);
    const { detections } = head({ tensors, batch: 1, index: 0, placement, picture: SIZE, options });
    return detections.map(({ label }) => label);
  };
  const warnings: string[] = [];
  process.on('warning', ({ message }) => warnings.push(message));
  // Rows that fill the tensor up, and one that is too unlikely.
  assert.deepEqual(see([0, 0.9], [1, 0.8], [-1, 0], [7, 0], [2, 0.04]), ['red', 'green']);
  await turn();
  assert.deepEqual(warnings, []);
  const warned = once(process, 'warning');
  assert.deepEqual(see([2, 0.7], [0, 0.6]), ['red']);
  assert.deepEqual(see([3, 0.7]), []);
  await warned;
  await turn();
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^squares: the graph gives class id 2, and labels\.txt names 2 classes: .* are left out/);
});

// What is wrong with the best box, in pixels of the network input: the picture covers rows 16 to 47.
const dropped: [string, number[]][] = [
  ['without a width', [20, 20, 20, 40]],
  ['in the border', [8, 2, 40, 15]],
  ['of no numbers', [Number.NaN, 20, 30, 40]],
];
for (const [name, box] of dropped) {
  test(`a box ${name} is no detection, and takes the place of none`, () => {
    const picture = { width: 64, height: 32 };
    const resize = { ...manifest.input.resize, fit: 'letterbox' } as const;
    const placement = placePicture({ ...manifest.input, resize }, picture);
    const rows = [...box, 0.9, 8, 20, 40, 40, 0.8, 0, 20, 6, 40, 0.7];
    const tensors = {
      dets: { data: Float32Array.from(rows), dims: [1, 3, 5] },
      labels: { data: new Float32Array(3), dims: [1, 3] },
    };
    const options = resolveOptions(manifest, LABELS, { maxDetections: 1 });
    const head = detectionsHead(manifest, LABELS);
    const { detections } = head({ tensors, batch: 1, index: 0, placement, picture, options });
    const expected = [[Math.fround(0.8), { x1: 8, y1: 4, x2: 40, y2: 24 }]];
    assert.deepEqual(
      detections.map(({ score, box }) => [score, box]),
      expected,
    );
  });
}
