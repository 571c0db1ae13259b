import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAMILIES } from '../../../src/detector/families/families.ts';
import { PREPROCESSING, PREPROCESSING_NAMES } from '../../../src/detector/families/preprocessing.ts';
import type { DetectionsHead, GridHead } from '../../../src/detector/model/head-schema.ts';

const dets: DetectionsHead = { detections: 'dets', labels: 'labels' };
const ultralytics: GridHead = {
  scores: 'probability',
  boxes: 'cxcywh',
  layout: 'channels-first',
  order: 'boxes-first',
  outputs: [{ fused: 'output0' }],
};
const ppyoloe: GridHead = { ...ultralytics, boxes: 'xyxy', layout: 'points-first' };
const apart: GridHead = { scores: 'probability', boxes: 'xyxy', outputs: [{ scores: 's', boxes: 'b' }] };
const raw: GridHead = { ...ultralytics, boxes: 'logits', bins: 16 };

for (const name of ['gfl', 'yolov8', 'picodet', 'nanodet', 'nanodet-plus'] as const) {
  test(`the preprocessing of ${name} is its family's`, () => {
    for (const anySize of [false, true]) {
      const { input, size, multipleOf } = PREPROCESSING[name](dets, anySize);
      const own = FAMILIES[name].protocol(dets, anySize);
      assert.deepEqual({ input, size, multipleOf }, { input: own.input, size: own.size, multipleOf: own.multipleOf });
    }
  });
}

const ppyoloes: [name: 'ppyoloe' | 'ppyoloe-plus', mean: number[], std: number[]][] = [
  ['ppyoloe', [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]],
  ['ppyoloe-plus', [0, 0, 0], [255, 255, 255]],
];
for (const [name, mean, std] of ppyoloes) {
  test(`the preprocessing of ${name} is the published one: stretched to 640x640, cubic, RGB`, () => {
    const { input, size } = PREPROCESSING[name](ppyoloe, true);
    const { fit, interpolation, sampling } = input.resize;
    assert.deepEqual(
      [fit, interpolation, sampling, size.width, size.height],
      ['stretch', 'cubic', 'half-pixel', 640, 640],
    );
    assert.deepEqual([input.colour, input.scale, input.mean, input.std], ['rgb', 1, mean, std]);
  });
}

test("the preprocessing of yolo-nas is Ultralytics', of 640 pixels 636", () => {
  const { boxScale: _, ...resize } = PREPROCESSING.yolov8(apart, true).input.resize;
  const { input, size } = PREPROCESSING['yolo-nas'](apart, true);
  assert.deepEqual(input.resize, { ...resize, longSide: 636 });
  assert.deepEqual([input.colour, input.scale, input.mean, input.std], ['rgb', 1, [0, 0, 0], [255, 255, 255]]);
  assert.deepEqual(size, { width: 640, height: 640 });
});

test("the preprocessing of nanodet-efficientlite is nanodet's, with a normalisation of its own", () => {
  for (const anySize of [false, true]) {
    const own = PREPROCESSING.nanodet(raw, anySize);
    const input = { ...own.input, mean: [127, 127, 127], std: [128, 128, 128] };
    const { input: given, size, multipleOf } = PREPROCESSING['nanodet-efficientlite'](raw, anySize);
    assert.deepEqual({ input: given, size, multipleOf }, { input, size: own.size, multipleOf: own.multipleOf });
  }
});

for (const [what, family, head, expected] of [
  ['dets and labels', 'decoded', dets, 'rtmdet'],
  ['boxes and scores', 'decoded', apart, 'damo-yolo'],
  ['one tensor', 'decoded', ultralytics, 'yolov8'],
  ["one tensor of Ultralytics' form", 'yolov8', ultralytics, undefined],
  ['one tensor of corners by points', 'yolov8', ppyoloe, 'yolov8'],
  ['corners by channels', 'yolov8', { ...ultralytics, boxes: 'xyxy' }, 'yolov8'],
  ['centres by points', 'yolov8', { ...ultralytics, layout: 'points-first' }, 'yolov8'],
  ['raw maps', 'yolov8', raw, undefined],
  ['raw maps', 'nanodet', raw, 'nanodet'],
  ['raw maps', 'nanodet-plus', raw, undefined],
] as const) {
  test(`whose preprocessing is assumed: ${what} as ${family}: ${expected ?? 'nobody else has such a head'}`, () => {
    const assumed = FAMILIES[family].assumes?.(head);
    assert.equal(assumed, expected);
    if (assumed === undefined) return;
    assert.ok(PREPROCESSING_NAMES.includes(assumed));
    assert.deepEqual(PREPROCESSING[assumed](head, true).input, FAMILIES[family].protocol(head, true).input);
  });
}
