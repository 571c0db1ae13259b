import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeWithSharp } from '../../src/detector/image/decode.ts';
import { placePicture } from '../../src/detector/image/placement.ts';
import { sampleBilinearSlowly } from '../../src/detector/image/sample-bilinear.ts';
import { fillTensor } from '../../src/detector/image/tensor.ts';
import { createDetector, type DetectResult, type InputShape } from '../../src/detector/index.ts';

/**
 * Everything that was made fast against the plain way: sharp alone decodes, TypeScript samples pixel by pixel, memory is new for every
 * picture, one thread infers.
 */
const MAX_PIXELS_APART = 0.05;
const MAX_SCORE_APART = 1e-4;

const COCO = '../shared/data/coco-val-128/images';
const WIDE = { scoreThreshold: 0.05, maxDetections: 300 };
const LIMITS = { maxPixels: 33_000_000, formats: [] };
const fromRoot = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
const jpegs = (folder: string, count: number) =>
  readdirSync(folder)
    .filter(name => name.endsWith('.jpg'))
    .sort()
    .slice(0, count)
    .map(name => path.join(folder, name));

for (const inputShape of ['fixed', 'rectangular'] satisfies InputShape[]) {
  test(`detections are those of the plain way: ${inputShape} input`, async t => {
    if (!existsSync(COCO)) t.diagnostic(`${COCO} is not there: samples only`);
    const files = [...jpegs(fromRoot('samples'), 2), ...(existsSync(COCO) ? jpegs(COCO, 24) : [])];
    const detector = await createDetector(fromRoot('models/nanodet-g/model.json'), {
      ...{ provider: 'cpu', inputShape, threadsWhenAlone: 2, selfCheck: false },
    });
    const plain = await createDetector(fromRoot('models/nanodet-g/model.json'), {
      ...{ provider: 'cpu', inputShape, selfCheck: false },
    });
    const { input } = detector.model.manifest;
    const apart = { pixels: 0, score: 0, detections: 0 };
    for (const file of files) {
      const bytes = readFileSync(file);
      const prepared = await detector.prepare(bytes, WIDE);
      const [fast] = await detector.run([prepared], true);

      const fitWithin = (picture: { width: number; height: number }) => {
        const { scaleX, scaleY } = placePicture(input, picture, inputShape).sampling;
        return { width: picture.width * scaleX, height: picture.height * scaleY };
      };
      const pixels = await decodeWithSharp(bytes, 'jpeg', LIMITS, fitWithin);
      const placement = placePicture(input, pixels.picture, inputShape);
      const tensor = new Float32Array(3 * placement.width * placement.height);
      fillTensor(pixels, placement, input, tensor, sampleBilinearSlowly);
      const [slow] = await plain.run([{ ...prepared, tensor, placement }]);
      detector.release(prepared);
      compare(fast!, slow!, apart, file);
    }
    await Promise.all([detector.close(), plain.close()]);
    t.diagnostic(
      `${files.length} pictures, ${apart.detections} detections: boxes at most ${apart.pixels} px apart (tolerance ${MAX_PIXELS_APART}), ` +
        `scores ${apart.score} (tolerance ${MAX_SCORE_APART})`,
    );
    assert.ok(apart.detections > 20);
    assert.ok(apart.pixels <= MAX_PIXELS_APART && apart.score <= MAX_SCORE_APART);
  });
}

function compare(
  fast: DetectResult,
  slow: DetectResult,
  apart: { pixels: number; score: number; detections: number },
  file: string,
): void {
  // One that lies at the threshold may be on the other side of it.
  const clear = ({ detections }: DetectResult) => detections.filter(({ score }) => score > WIDE.scoreThreshold + 2e-4);
  const [mine, reference] = [clear(fast), clear(slow)];
  assert.ok(
    Math.abs(mine.length - reference.length) <= 0,
    `${file}: ${mine.length} and ${reference.length} detections`,
  );
  const left = new Set(reference);
  for (const one of mine) {
    const distance = (other: DetectResult['detections'][number]) =>
      Math.max(...(['x1', 'y1', 'x2', 'y2'] as const).map(edge => Math.abs(one.box[edge] - other.box[edge])));
    const [partner] = [...left]
      .filter(({ classId }) => classId === one.classId)
      .sort((a, b) => distance(a) - distance(b));
    assert.ok(partner !== undefined, `${file}: no partner for ${one.label} ${one.score}`);
    left.delete(partner);
    apart.pixels = Math.max(apart.pixels, distance(partner));
    apart.score = Math.max(apart.score, Math.abs(one.score - partner.score));
    apart.detections += 1;
  }
}
