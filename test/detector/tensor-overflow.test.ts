import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createDetector, type Detector } from '../../src/detector/index.ts';
import { encodeModel } from '../../src/onnx/model.ts';
import { decodedGraph } from '../support/decoded-graph.ts';
import { RAW } from '../support/family-graph.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** Finite network input that overflows inside the graph: NaN is below every threshold, so that nothing seemed to be there. */

const NANODET = 'models/nanodet-g/model.json';
const REFUSED = { code: 'invalid_option', message: 'The network makes no finite numbers of this network input.' };

let folder: string;
const detectors: Record<string, Detector> = {};

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-overflow-'));
  const cacheDir = await mkdtemp(path.join(folder, 'cache-'));
  const tiny = await writeTinyModel(path.join(folder, 'tiny'));
  detectors.tiny = await createDetector(tiny, { provider: 'cpu' });
  detectors['nanodet-g'] = await createDetector(NANODET, { provider: 'cpu' });
  // Its graph chooses the points itself, and would leave those of NaN out.
  detectors['nanodet-g, cached'] = await createDetector(NANODET, { provider: 'cpu', cacheDir });
});
after(async () => {
  await Promise.all(Object.values(detectors).map(detector => detector.close()));
  await rm(folder, { recursive: true });
});

/** A model that suppresses inside, of a graph that leaves out what is no number, as NonMaxSuppression does. */
async function suppressing(folder: string): Promise<string> {
  const file = await writeTinyModel(folder);
  const graph = encodeModel(decodedGraph({ normalisation: RAW, size: 64, form: 'dets' }));
  await writeFile(path.join(folder, 'model.onnx'), graph);
  const { candidates, nms, head, ...manifest } = JSON.parse(await readFile(file, 'utf8'));
  const sha256 = createHash('sha256').update(graph).digest('hex');
  const input = { ...manifest.input, tensor: 'images', dynamic: undefined, mean: [127, 127, 127], std: [64, 64, 64] };
  const changed = {
    ...manifest,
    graph: { file: 'model.onnx', sha256 },
    input,
    head: { detections: 'dets', labels: 'labels' },
    candidates: { scoreThreshold: candidates.scoreThreshold },
    nms: { maxDetections: nms.maxDetections },
  };
  await writeFile(file, JSON.stringify(changed));
  return file;
}

test('a graph that suppresses inside takes only network input that pixels could become', async () => {
  const detector = await createDetector(await suppressing(path.join(folder, 'dets')), { provider: 'cpu' });
  for (const value of [3e38, -3e38, 255]) {
    await assert.rejects(
      given(detector, values => values.fill(value, 7, 8)),
      {
        code: 'invalid_option',
        message: `The network input has values like ${value.toPrecision(3)}, where pixels become -1.98 to 2.00: normalise it as the manifest says.`,
      },
    );
  }
  for (const value of [-1.99, 0, 2, 20]) await detector.run([await given(detector, values => values.fill(value))]);
  await detector.close();
});

/** Network input of the size of the manifest. */
function given(detector: Detector, fill: (values: Float32Array, plane: number) => void) {
  const { width, height } = detector.model.manifest.input;
  const values = new Float32Array(3 * width * height);
  fill(values, width * height);
  return detector.prepareTensor(new Uint8Array(values.buffer), { width, height });
}

for (const name of ['tiny', 'nanodet-g', 'nanodet-g, cached']) {
  test(`${name}: network input of 3e38 is refused, and of 0.5 is not`, async () => {
    const detector = detectors[name]!;
    await assert.rejects(detector.run([await given(detector, values => values.fill(3e38))]), REFUSED);
    await assert.rejects(detector.run([await given(detector, values => values.fill(-3e38))], true), REFUSED);
    const [result] = await detector.run([await given(detector, values => values.fill(0.5))]);
    assert.deepEqual(result!.detections, []);
  });
}

test('scores that are numbers do not hide boxes that are none', async () => {
  // Infinite red: a score of 1, and distributions of 0 times infinity.
  const red = (values: Float32Array, plane: number) => values.fill(3e38, 0, plane);
  await assert.rejects(detectors.tiny!.run([await given(detectors.tiny!, red)]), REFUSED);
});

test('one that overflows is found at any place of a batch, and pictures share none with it', async () => {
  const detector = detectors.tiny!;
  const good = await given(detector, values => values.fill(0));
  const bad = await given(detector, values => values.fill(3e38));
  for (const batch of [
    [bad, good],
    [good, bad],
  ]) {
    await assert.rejects(detector.run(batch), REFUSED);
  }
  assert.equal((await detector.run([good, good])).length, 2);
  assert.match(good.shapeKey, /given$/);
});
