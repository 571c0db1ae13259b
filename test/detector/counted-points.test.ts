import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createDetector } from '../../src/detector/index.ts';
import { decodedGraph } from '../support/decoded-graph.ts';
import { encoded, UNIT } from '../support/family-graph.ts';
import { type Colour, squares } from '../support/squares.ts';

/** A graph that gives as many points as it finds on a picture, none among them. */

let folder: string;
let manifestPath: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-counted-'));
  const graph = encoded(decodedGraph({ normalisation: UNIT, size: 64, form: 'some' }));
  const manifest = {
    name: 'counted',
    version: '1',
    license: 'Apache-2.0',
    source: 'made by test/support/decoded-graph.ts',
    labels: 'labels.txt',
    graph: { file: 'model.onnx', sha256: createHash('sha256').update(graph).digest('hex') },
    input: {
      tensor: 'images',
      width: 64,
      height: 64,
      resize: { fit: 'letterbox', position: 'centre', interpolation: 'bilinear', sampling: 'corner', pad: [0, 0, 0] },
      colour: 'rgb',
      scale: 1,
      mean: [0, 0, 0],
      std: [255, 255, 255],
    },
    head: { scores: 'probability', boxes: 'xyxy', outputs: [{ scores: 'some_scores', boxes: 'some_boxes' }] },
    candidates: { scoreThreshold: 0.05, perLevel: 1000, rule: 'all-classes' },
    nms: { iouThreshold: 0.6, space: 'input', maxDetections: 100 },
  };
  await writeFile(path.join(folder, 'model.onnx'), graph);
  await writeFile(path.join(folder, 'labels.txt'), 'red\ngreen\nblue\n');
  manifestPath = path.join(folder, 'model.json');
  await writeFile(manifestPath, JSON.stringify(manifest));
});
after(() => rm(folder, { recursive: true }));

const pictures: [Colour, number, number][][] = [
  [['red', 1, 1]],
  [],
  [
    ['red', 1, 1],
    ['green', 5, 2],
    ['blue', 3, 6],
  ],
  [],
  [['blue', 6, 6]],
];

for (const withCache of [false, true]) {
  test(`as many boxes as there are, picture after picture, ${withCache ? 'with' : 'without'} a cache`, async () => {
    const cacheDir = path.join(folder, 'cache');
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    const detector = await createDetector(manifestPath, { provider: 'cpu', ...(withCache ? { cacheDir } : {}) });
    for (const cells of pictures) {
      const { detections } = await detector.detect(await squares(cells));
      const found = detections.map(({ label, box }) => [label, Math.round(box.x1 + 8) / 8, Math.round(box.y1 + 8) / 8]);
      assert.deepEqual(found.sort(), [...cells].sort());
    }
    await detector.close();
  });
}
