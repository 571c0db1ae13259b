import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createDetector, type Detector } from '../../src/detector/index.ts';
import { encodeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import { parseModel } from '../../src/onnx/parse-model.ts';
import { int64Tensor } from '../../src/onnx/tensor.ts';
import { TINY_DISTANCES, TINY_SIGMAS, tinyScore, writeTinyModel } from '../support/tiny-model.ts';

let folder: string;
let detector: Detector;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-detector-'));
  detector = await createDetector(await writeTinyModel(folder), { provider: 'cpu' });
});
after(async () => {
  await detector.close();
  await rm(folder, { recursive: true });
});

/** A red rectangle on black. */
function redSquare(width: number, height: number, at: { left: number; top: number; size: number }): Promise<Buffer> {
  const square = { create: { width: at.size, height: at.size, channels: 3, background: '#ff0000' } } as const;
  return sharp({ create: { width, height, channels: 3, background: '#000000' } })
    .composite([{ input: square, left: at.left, top: at.top }])
    .png()
    .toBuffer();
}

function near(actual: number, expected: number, tolerance: number, what: string) {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected} within ${tolerance}`);
}

test('one red cell is one detection, box and uncertainty in pixels of the picture', async () => {
  const bytes = await redSquare(64, 64, { left: 40, top: 16, size: 8 });
  const { detections, image, batchSize } = await detector.detect(bytes, { scoreThreshold: 0.5 });
  assert.deepEqual(image, { width: 64, height: 64 });
  assert.equal(batchSize, 1);
  assert.equal(detections.length, 1);
  const [detection] = detections;
  assert.equal(detection?.label, 'red');
  assert.equal(detection.classId, 0);
  near(detection.score, tinyScore(1), 1e-5, 'score');
  // Cell (5, 2) of stride 8: centre (44, 20).
  near(detection.box.x1, 44 - 8 * TINY_DISTANCES.left, 1e-3, 'x1');
  near(detection.box.y1, 20 - 8 * TINY_DISTANCES.top, 1e-3, 'y1');
  near(detection.box.x2, 44 + 8 * TINY_DISTANCES.right, 1e-3, 'x2');
  near(detection.box.y2, 20 + 8 * TINY_DISTANCES.bottom, 1e-3, 'y2');
  near(detection.uncertainty!.top, 8 * TINY_SIGMAS.top, 1e-3, 'sigma top');
  near(detection.uncertainty!.left, 8 * TINY_SIGMAS.left, 5e-3, 'sigma left');
  assert.equal(detection.distribution, undefined);
});

test('a picture twice the size gives twice the box and twice the uncertainty', async () => {
  const bytes = await redSquare(128, 128, { left: 80, top: 32, size: 16 });
  const { detections } = await detector.detect(bytes, { scoreThreshold: 0.3, includeDistribution: true });
  const [detection] = detections;
  near(detection!.box.x2, 88 + 16 * TINY_DISTANCES.right, 1e-3, 'x2');
  near(detection!.uncertainty!.bottom, 16 * TINY_SIGMAS.bottom, 1e-3, 'sigma bottom');
  const { distribution } = detection!;
  assert.deepEqual(distribution?.origin, { x: 88, y: 40 });
  assert.deepEqual(distribution.binSize, { x: 16, y: 16 });
  for (const side of ['left', 'top', 'right', 'bottom'] as const) {
    const sum = distribution[side].reduce((total, p) => total + p, 0);
    near(sum, 1, 1e-9, `sum of the ${side} distribution`);
    const mean = distribution[side].reduce((total, p, i) => total + i * p, 0);
    near(mean, TINY_DISTANCES[side], 1e-5, `mean of the ${side} distribution`);
  }
});

test('a wide picture is letterboxed and its boxes come back in its own pixels', async () => {
  const bytes = await redSquare(64, 32, { left: 40, top: 16, size: 8 });
  const { detections, image } = await detector.detect(bytes, { scoreThreshold: 0.5 });
  assert.deepEqual(image, { width: 64, height: 32 });
  near(detections[0]!.box.y1, 20 - 8 * TINY_DISTANCES.top, 1e-3, 'y1');
  // 20 + 24 would leave the picture: clipped to it.
  assert.equal(detections[0]!.box.y2, 32);
});

test('options: thresholds by class, classes by name and id, maximum', async () => {
  const bytes = await sharp(await redSquare(64, 64, { left: 0, top: 0, size: 8 }))
    .composite([{ input: { create: { width: 8, height: 8, channels: 3, background: '#0000ff' } }, left: 40, top: 40 }])
    .png()
    .toBuffer();
  const labelsOf = async (options: Parameters<Detector['detect']>[1]) =>
    (await detector.detect(bytes, { scoreThreshold: 0.5, ...options })).detections.map(d => d.label).sort();
  assert.deepEqual(await labelsOf({}), ['blue', 'red']);
  assert.deepEqual(await labelsOf({ classes: ['blue'] }), ['blue']);
  assert.deepEqual(await labelsOf({ classes: [0] }), ['red']);
  assert.deepEqual(await labelsOf({ classes: ['2', 'red'] }), ['blue', 'red']);
  assert.deepEqual(await labelsOf({ classThresholds: { red: 1 } }), ['blue']);
  assert.deepEqual(await labelsOf({ scoreThreshold: 1, classThresholds: { red: 0.5 } }), ['red']);
  assert.equal((await labelsOf({ maxDetections: 1 })).length, 1);
});

const wrongOptions: [string, Parameters<Detector['detect']>[1], RegExp][] = [
  ['score above 1', { scoreThreshold: 1.5 }, /number from 0 to 1 for scoreThreshold but received 1\.5/],
  ['IoU not a number', { iouThreshold: Number.NaN }, /iouThreshold but received NaN/],
  ['unknown class', { classes: ['purple'] }, /class name or an id from 0 to 2 for classes but received "purple"/],
  ['class id too high', { classes: [3] }, /classes but received "3"/],
  ['unknown class threshold', { classThresholds: { cat: 0.5 } }, /classThresholds but received "cat"/],
  [
    'a threshold as a string',
    { scoreThreshold: '0.5' as never },
    /scoreThreshold but received "0\.5" of type string\.$/,
  ],
  ['classes that are no list', { classes: 'red' as never }, /^Expected a list of class names or ids for classes but/],
  ['no detections asked for', { maxDetections: 0 }, /from 1 to 1000 for maxDetections but received 0/],
];
for (const [name, options, message] of wrongOptions) {
  test(`a wrong option is refused in a sentence: ${name}`, async () => {
    const bytes = await redSquare(64, 64, { left: 0, top: 0, size: 8 });
    await assert.rejects(detector.detect(bytes, options), { code: 'invalid_option', message });
  });
}

test('pictures in one batch give what each gives alone', async () => {
  const pictures = await Promise.all([
    redSquare(64, 64, { left: 40, top: 16, size: 8 }),
    redSquare(64, 48, { left: 8, top: 8, size: 8 }),
    redSquare(200, 180, { left: 50, top: 50, size: 30 }),
  ]);
  const alone = [];
  for (const bytes of pictures) alone.push((await detector.detect(bytes)).detections);
  const prepared = await Promise.all(pictures.map(bytes => detector.prepare(bytes)));
  const together = await detector.run(prepared);

  assert.deepEqual(
    together.map(result => result.detections),
    alone,
  );
});

test('batches that are run at once, or one after the other in the same memory, do not mix', async () => {
  const at = [0, 16, 32, 48, 56, 8];
  const pictures = await Promise.all(at.map(left => redSquare(64, 64, { left, top: left, size: 8 })));
  const alone = [];
  for (const bytes of pictures) alone.push((await detector.detect(bytes)).detections);
  const prepared = await Promise.all(pictures.map(bytes => detector.prepare(bytes)));
  const detectionsOf = async (from: number, to: number) =>
    (await detector.run(prepared.slice(from, to))).map(result => result.detections);
  for (let round = 0; round < 3; round++) {
    const together = await Promise.all([
      detectionsOf(0, 2),
      detectionsOf(2, 4),
      detectionsOf(4, 6),
      detectionsOf(0, 6),
    ]);
    assert.deepEqual(together, [alone.slice(0, 2), alone.slice(2, 4), alone.slice(4, 6), alone]);
  }
});

test('timings are of every stage, and together no longer than the whole', async t => {
  // The clock began long ago, or a moment would pass for a duration.
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => 1e6 + now());
  const picture = await redSquare(64, 64, { left: 0, top: 0, size: 8 });
  const start = now();
  const { timings } = await detector.detect(picture);
  const wholeMs = now() - start;
  assert.deepEqual(Object.keys(timings).sort(), ['gfl', 'image', 'inference', 'nms', 'tensor']);
  for (const [stage, ms] of Object.entries(timings)) assert.ok(ms > 0, `${stage} took ${ms} ms`);
  const sum = Object.values(timings).reduce((all, ms) => all + ms, 0);
  // Times of 1e6 ms and more are exact to a billionth of a millisecond.
  assert.ok(sum <= wholeMs + 1e-6, `the stages took ${sum} ms of ${wholeMs}`);
});

test('input shape: rectangular on the CPU by itself, fixed on demand; a wide picture says the same in both', async () => {
  const fixed = await createDetector(path.join(folder, 'model.json'), { provider: 'cpu', inputShape: 'fixed' });
  assert.equal(detector.inputShape, 'rectangular');
  assert.equal(fixed.inputShape, 'fixed');
  const bytes = await redSquare(64, 32, { left: 40, top: 16, size: 8 });
  assert.equal((await detector.prepare(bytes)).shapeKey, '64x32');
  assert.equal((await fixed.prepare(bytes)).shapeKey, '64x64');
  const { detections: narrow } = await detector.detect(bytes, { scoreThreshold: 0.5 });
  const { detections: whole } = await fixed.detect(bytes, { scoreThreshold: 0.5 });
  assert.equal(narrow.length, 1);
  near(narrow[0]!.score, whole[0]!.score, 1e-6, 'score');
  for (const edge of ['x1', 'y1', 'x2', 'y2'] as const) near(narrow[0]!.box[edge], whole[0]!.box[edge], 1e-6, edge);
  const mixed = await Promise.all([detector.prepare(bytes), fixed.prepare(bytes)]);
  await assert.rejects(detector.run(mixed), /one shapeKey in a batch but received 64x32, 64x64/);
  await fixed.close();
});

const KEEP_RATIO = { fit: 'keep-ratio', shortSide: 64, longSide: 96, interpolation: 'bilinear', pad: [0, 0, 0] };

/** The tiny model with changes to its manifest. */
async function changed(name: string, change: (manifest: Record<string, unknown>, folder: string) => Promise<void>) {
  const own = path.join(folder, name);
  const file = await writeTinyModel(own);
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await change(manifest, own);
  await writeFile(file, JSON.stringify(manifest));
  return file;
}

test('a graph that says it takes any size, and does not, is refused when it is loaded as rectangular', async () => {
  const file = await changed('one-size', async (manifest, own) => {
    const model = parseModel(await readFile(path.join(own, 'model.onnx')));
    const graph = model.graph!;
    for (const node of graph.node) node.input = node.input.map(name => (name === 'input' ? 'one size' : name));
    graph.node.unshift(makeNode('Reshape', ['input', 'size'], ['one size']));
    graph.initializer.push(int64Tensor('size', [4], [-1, 3, 64, 64]));
    const bytes = encodeModel(model);
    await writeFile(path.join(own, 'model.onnx'), bytes);
    manifest.graph = { file: 'model.onnx', sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  await assert.rejects(createDetector(file, { provider: 'cpu' }), {
    code: 'invalid_graph',
    message: /input\.dynamic\.spatial is true, and it fails at 32x32 .*set it to false\.$/s,
  });
  const fixed = await createDetector(file, { provider: 'cpu', inputShape: 'fixed' });
  assert.equal(fixed.inputShape, 'fixed');
  await fixed.close();
  // With keep-ratio every picture has its own size, whatever the input shape.
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, input: { ...manifest.input, resize: KEEP_RATIO } }));
  await assert.rejects(createDetector(file, { provider: 'cpu', inputShape: 'fixed' }), {
    code: 'invalid_graph',
    message: /input\.dynamic\.spatial is true, and it fails at 32x32/,
  });
});

test('network input for a model that keeps the ratio has any size that a picture gets', async () => {
  const file = await changed('keep-ratio', async manifest => {
    manifest.input = { ...(manifest.input as object), resize: KEEP_RATIO };
  });
  const keeping = await createDetector(file, { provider: 'cpu' });
  const zeros = (width: number, height: number) =>
    keeping.prepareTensor(new Uint8Array(3 * height * width * 4), { width, height });
  const picture = await keeping.prepare(await redSquare(40, 80, { left: 8, top: 16, size: 8 }));
  assert.equal(picture.shapeKey, '64x96');
  const [result] = await keeping.run([await zeros(64, 96)]);
  assert.deepEqual(result!.detections, []);
  for (const [width, height] of [
    [96, 96],
    [128, 64],
    [64, 80],
  ] as const) {
    await assert.rejects(zeros(width, height), {
      code: 'invalid_option',
      message: `The network takes sides that are multiples of 32 up to 96, the shorter up to 64, not ${width}x${height}.`,
    });
  }
  await keeping.close();
});

test('limits on uploads are not for the self-check of the model', async () => {
  const file = await changed('own-picture', async (manifest, own) => {
    await writeFile(path.join(own, 'check.png'), await redSquare(64, 64, { left: 40, top: 16, size: 8 }));
    const found = await detector.detect(await readFile(path.join(own, 'check.png')), { scoreThreshold: 0.25 });
    const detections = found.detections.map(({ label, score, box }) => ({
      label,
      score,
      box: [box.x1, box.y1, box.x2, box.y2],
    }));
    manifest.selfCheck = { image: 'check.png', detections };
  });
  const small = await createDetector(file, { provider: 'cpu', maxPixels: 1000 });
  await assert.rejects(small.detect(await redSquare(64, 64, { left: 0, top: 0, size: 8 })), {
    code: 'unprocessable_image',
  });
  await small.close();
});

test('a model that is refused after its graph was loaded leaves no session open', async t => {
  const { InferenceSession } = await import('onnxruntime-node');
  const create = t.mock.method(InferenceSession, 'create');
  const file = await changed('wrong-check', async (manifest, own) => {
    await writeFile(path.join(own, 'check.png'), await redSquare(64, 64, { left: 40, top: 16, size: 8 }));
    manifest.selfCheck = { image: 'check.png', detections: [{ label: 'red', score: 0.1, box: [0, 0, 1, 1] }] };
  });
  await assert.rejects(createDetector(file, { provider: 'cpu', threadsWhenAlone: 2 }), { code: 'self_check_failed' });
  assert.equal(create.mock.callCount(), 2);
  for (const { result } of create.mock.calls) {
    const session = await result!;
    const data = new Float32Array(3 * 64 * 64);
    const { Tensor } = await import('onnxruntime-node');
    await assert.rejects(session.run({ [session.inputNames[0]!]: new Tensor('float32', data, [1, 3, 64, 64]) }));
  }
});

test('pictures that are detected one after the other share their buffers', async t => {
  const bytes = await redSquare(64, 64, { left: 40, top: 16, size: 8 });
  const once = await detector.detect(bytes); // whatever is not there yet is made now
  const made = t.mock.method(globalThis, 'ArrayBuffer');
  assert.deepEqual((await detector.detect(bytes)).detections, once.detections);
  assert.equal(made.mock.callCount(), 0);
});

test('a detector may be closed twice and says that it is closed', async () => {
  const closed = await createDetector(path.join(folder, 'model.json'), { provider: 'cpu' });
  await closed.close();
  await closed.close();
  const picture = await redSquare(64, 64, { left: 40, top: 16, size: 8 });
  await assert.rejects(closed.detect(picture), /This detector is closed/);
});

test('whatever is asked of a closed detector rejects, and what it prepared may still be released', async () => {
  const closed = await createDetector(path.join(folder, 'model.json'), { provider: 'cpu' });
  const picture = await redSquare(64, 64, { left: 40, top: 16, size: 8 });
  const prepared = await closed.prepare(picture);
  await closed.close();
  const size = { width: 64, height: 64 };
  await assert.rejects(closed.prepare(picture), /This detector is closed/);
  await assert.rejects(closed.prepareTensor(new Uint8Array(3 * 64 * 64 * 4), size), /This detector is closed/);
  await assert.rejects(closed.run([prepared]), /This detector is closed/);
  await assert.rejects(closed.annotate(picture, []), /This detector is closed/);
  closed.release(prepared);
});

for (const [name, bytes] of Object.entries({ 'a path': 'picture.jpg', null: null, undefined })) {
  test(`bytes that are ${name}: a TypeError that says so`, async () => {
    await assert.rejects(detector.detect(bytes as unknown as Uint8Array), {
      name: 'TypeError',
      message: /^Expected a Uint8Array for bytes but received (string|null|undefined)\.$/,
    });
  });
}

test('a provider that is none is not taken for CUDA', async () => {
  await assert.rejects(createDetector(path.join(folder, 'model.json'), { provider: 'gpu' as never }), {
    name: 'TypeError',
    message: 'Expected auto, cpu or cuda for provider but received "gpu".',
  });
});
