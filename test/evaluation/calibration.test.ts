import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrate, scoredIous } from '../../src/evaluation/calibration.ts';
import type { CocoAnnotation, CocoResult } from '../../src/evaluation/coco-dataset.ts';
import { assertClose } from '../support/largest-difference.ts';

type Box = CocoResult['bbox'];

function object(bbox: Box, iscrowd: 0 | 1 = 0): CocoAnnotation {
  return { id: 1, image_id: 1, category_id: 1, bbox, area: bbox[2] * bbox[3], iscrowd };
}

function found(bbox: Box, score = 0.5): CocoResult {
  return { image_id: 1, category_id: 1, bbox, score };
}

const OBJECT: Box = [0, 0, 10, 10];
const HALF: Box = [0, 0, 5, 10];
const FAR: Box = [100, 100, 10, 10];

const cases: [string, CocoResult[], CocoAnnotation[], number[]][] = [
  ['a box on its object', [found(OBJECT)], [object(OBJECT)], [1]],
  ['half of it', [found(HALF)], [object(OBJECT)], [0.5]],
  ['the object it overlaps most', [found(HALF)], [object([4, 0, 10, 10]), object(OBJECT)], [0.5]],
  ['a second one on the same object has its IoU too', [found(OBJECT), found(HALF)], [object(OBJECT)], [1, 0.5]],
  ['beside every object', [found(FAR)], [object(OBJECT)], [0]],
  ['no object of its class at all', [found(OBJECT)], [], [0]],
  ['of a crowd alone: left out', [found(HALF)], [object(OBJECT, 1)], []],
  ['of a crowd and a single object: the object', [found(OBJECT)], [object([0, 0, 50, 50], 1), object(OBJECT)], [1]],
  ['in a crowd and hardly on an object: left out', [found(HALF)], [object(OBJECT, 1), object([4, 0, 5, 10])], []],
  ['less than half in a crowd: counts', [found(OBJECT)], [object([0, 0, 4, 10], 1)], [0]],
];
for (const [name, results, objects, expected] of cases) {
  test(`true IoU: ${name}`, () => {
    assert.deepEqual(
      scoredIous(results, objects).map(({ iou }) => iou),
      expected,
    );
  });
}

test('reliability curve, calibration error and QFL of a worked example', () => {
  const calibration = calibrate([
    { score: 0.1, iou: 0 },
    { score: 0.14, iou: 0.4 },
    { score: 0.9, iou: 0.8 },
    { score: 1, iou: 1 },
  ]);
  assert.ok(calibration);
  const { bins } = calibration;
  assert.equal(bins.length, 10);
  assert.deepEqual(
    bins.map(({ detections }) => detections),
    [0, 2, 0, 0, 0, 0, 0, 0, 0, 2],
  );
  assert.equal(bins[0]!.meanScore, null);
  assertClose([bins[1]!.meanScore!, bins[1]!.meanIou!], [0.12, 0.2], 1e-12, 'bin 0.1 to 0.2');
  assertClose([bins[9]!.meanScore!, bins[9]!.meanIou!], [0.95, 0.9], 1e-12, 'bin 0.9 to 1');
  // (2 * 0.08 + 2 * 0.05) / 4
  assertClose([calibration.ece], [0.065], 1e-12, 'ECE');
  const qfl =
    (0.01 * -Math.log(0.9) +
      0.26 ** 2 * -(0.6 * Math.log(0.86) + 0.4 * Math.log(0.14)) +
      0.01 * -(0.2 * Math.log(0.1) + 0.8 * Math.log(0.9))) /
    4;
  assertClose([calibration.qfl], [qfl], 1e-12, 'QFL');
});

test('scores that are the IoU have no error and no loss', () => {
  const pairs = Array.from({ length: 101 }, (_, i) => ({ score: i / 100, iou: i / 100 }));
  const { ece, qfl, meanScore, meanIou } = calibrate(pairs)!;
  assertClose([ece, qfl, meanScore - meanIou], [0, 0, 0], 1e-12, 'ECE and QFL');
});

test('a sure and wrong score costs much, not infinitely much', () => {
  const { qfl } = calibrate([{ score: 1, iou: 0 }])!;
  assert.ok(qfl > 10 && Number.isFinite(qfl), `${qfl}`);
});

test('nothing detected is nothing to calibrate', () => assert.equal(calibrate([]), undefined));
