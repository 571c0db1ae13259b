import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowsRectangular, placePicture } from '../../../src/detector/image/placement.ts';
import type { InputSpec } from '../../../src/detector/model/input-schema.ts';
import { assertClose } from '../../support/largest-difference.ts';

function input(width: number, height: number, resize: Partial<InputSpec['resize']>): InputSpec {
  return {
    tensor: 'x',
    width,
    height,
    dynamic: { batch: true, spatial: true, multipleOf: 32 },
    resize: { fit: 'letterbox', interpolation: 'bilinear', pad: [0, 0, 0], ...resize },
    colour: 'rgb',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  };
}

const mmdet = {
  fit: 'keep-ratio',
  shortSide: 800,
  longSide: 1333,
  sampling: 'half-pixel',
  rounding: 'round',
  pad: 'mean',
} as const;
const ultralytics = {
  fit: 'letterbox',
  position: 'centre',
  sampling: 'half-pixel',
  rounding: 'round',
  boxScale: 'single',
} as const;

// What it is, the input, the picture; network size, then sampling and boxes as scaleX, scaleY, offsetX, offsetY. By hand.
const cases: [string, InputSpec, [number, number], [number, number], number[], number[]][] = [
  [
    'NanoDet letterbox, sub-pixel',
    input(416, 416, {}),
    [640, 427],
    [416, 416],
    [0.65, 0.65, 0, (416 - 427 * 0.65) / 2],
    [0.65, 0.65, 0, 69.225],
  ],
  [
    'NanoDet-Plus stretch',
    input(416, 416, { fit: 'stretch' }),
    [640, 427],
    [416, 416],
    [0.65, 416 / 427, 0, 0],
    [0.65, 416 / 427, 0, 0],
  ],
  // scale = 636 / 640; 636 x 424.33 -> 636 x 424; what is left of 640 x 640 on both sides
  [
    'YOLO-NAS: 636 in 640',
    input(640, 640, { ...ultralytics, boxScale: 'per-axis', longSide: 636 }),
    [640, 427],
    [640, 640],
    [636 / 640, 424 / 427, 2, 108],
    [636 / 640, 424 / 427, 2, 108],
  ],
  // scale = min(1333 / 640, 800 / 427) = 1.8735; 1199.06 x 800 -> 1199 x 800 -> padded to 1216 x 800
  [
    'mmdetection keep-ratio, short side',
    input(1344, 800, mmdet),
    [640, 427],
    [1216, 800],
    [1199 / 640, 800 / 427, 0, 0],
    [1199 / 640, 800 / 427, 0, 0],
  ],
  // scale = min(1333 / 1000, 800 / 300) = 1.333; 1333 x 399.9 -> 1333 x 400 -> 1344 x 416
  [
    'mmdetection keep-ratio, long side',
    input(1344, 800, mmdet),
    [1000, 300],
    [1344, 416],
    [1.333, 400 / 300, 0, 0],
    [1.333, 400 / 300, 0, 0],
  ],
  [
    'mmdetection keep-ratio, portrait',
    input(1344, 800, mmdet),
    [427, 640],
    [800, 1216],
    [800 / 427, 1199 / 640, 0, 0],
    [800 / 427, 1199 / 640, 0, 0],
  ],
  // As the first, with (1216 - 1199) / 2 = 8.5 -> 8 on the left: an odd pixel goes to the right.
  [
    'keep-ratio in the centre',
    input(1344, 800, { ...mmdet, position: 'centre' }),
    [640, 427],
    [1216, 800],
    [1199 / 640, 800 / 427, 8, 0],
    [1199 / 640, 800 / 427, 8, 0],
  ],
  [
    'keep-ratio in the centre, sub-pixel, portrait',
    input(64, 64, { fit: 'keep-ratio', shortSide: 40, longSide: 50, position: 'centre' }),
    [33, 66],
    [32, 64],
    [50 / 66, 50 / 66, 3.5, 7],
    [50 / 66, 50 / 66, 3.5, 7],
  ],
  // gain = 640 / 1000; 333 * 0.64 = 213.12 -> 213; (640 - 213) / 2 = 213.5 -> 213 above, boxes by gain alone and (640 - 213.12) / 2 = 213.44 -> 213
  [
    'Ultralytics letterbox, odd rest',
    input(640, 640, ultralytics),
    [1000, 333],
    [640, 640],
    [0.64, 213 / 333, 0, 213],
    [0.64, 0.64, 0, 213],
  ],
  // gain = 0.5; 853 / 2 = 426.5 -> 426 (Python's round: to the even one); (640 - 426) / 2 = 107, boxes (640 - 426.5) / 2 = 106.75 -> 107
  [
    'Ultralytics letterbox, a half that goes down',
    input(640, 640, ultralytics),
    [1280, 853],
    [640, 640],
    [0.5, 426 / 853, 0, 107],
    [0.5, 0.5, 0, 107],
  ],
  // 851 / 2 = 425.5 -> 426; boxes (640 - 425.5) / 2 = 107.25 -> 107
  [
    'Ultralytics letterbox, a half that goes up',
    input(640, 640, ultralytics),
    [851, 1280],
    [640, 640],
    [426 / 851, 0.5, 107, 0],
    [0.5, 0.5, 107, 0],
  ],
  // mmcv: int(426.5 + 0.5)
  [
    'RTMDet letterbox, a half goes up',
    input(640, 640, { position: 'top-left', rounding: 'round', sampling: 'half-pixel' }),
    [1280, 853],
    [640, 640],
    [0.5, 427 / 853, 0, 0],
    [0.5, 427 / 853, 0, 0],
  ],
  [
    'RTMDet letterbox, top left',
    input(320, 320, { position: 'top-left', rounding: 'round', sampling: 'half-pixel' }),
    [640, 427],
    [320, 320],
    [0.5, 214 / 427, 0, 0],
    [0.5, 214 / 427, 0, 0],
  ],
  [
    'a sliver keeps a pixel',
    input(416, 416, { rounding: 'round', sampling: 'half-pixel' }),
    [4000, 1],
    [416, 416],
    [0.104, 1, 0, 207],
    [0.104, 1, 0, 207],
  ],
];
for (const [name, spec, [width, height], network, sampling, boxes] of cases) {
  test(`placement: ${name}`, () => {
    const placement = placePicture(spec, { width, height });
    assertClose([placement.width, placement.height], network, 0, 'network size');
    assertClose(Object.values(placement.sampling), sampling, 1e-9, 'sampling');
    assertClose(Object.values(placement.boxes), boxes, 1e-9, 'boxes');
    const { scaleX, scaleY, offsetX, offsetY } = placement.sampling;
    const content = [offsetX, offsetY, offsetX + scaleX * width, offsetY + scaleY * height];
    assertClose(Object.values(placement.content), content, 1e-9, 'content');
  });
}

// Picture; network size and offsets: the picture's sides at the letterbox scale, up to the next multiple of 32, centred.
const rectangles: [string, [number, number], [number, number], [number, number]][] = [
  ['landscape', [640, 427], [416, 288], [0, (288 - 277.55) / 2]],
  ['portrait', [427, 640], [288, 416], [(288 - 277.55) / 2, 0]],
  ['square', [500, 500], [416, 416], [0, 0]],
  ['already a multiple', [832, 640], [416, 320], [0, 0]],
  ['a panorama', [4000, 100], [416, 32], [0, (32 - 10.4) / 2]],
];
for (const [name, [width, height], network, offsets] of rectangles) {
  test(`placement, rectangular: ${name}`, () => {
    const { sampling, ...placement } = placePicture(input(416, 416, {}), { width, height }, 'rectangular');
    assertClose([placement.width, placement.height], network, 0, 'network size');
    const scale = 416 / Math.max(width, height);
    assertClose(Object.values(sampling), [scale, scale, ...offsets], 1e-9, 'sampling');
  });
}

test('placement: only letterboxes of graphs that take any size may be rectangular', () => {
  assert.equal(allowsRectangular(input(416, 416, {})), true);
  assert.equal(allowsRectangular(input(416, 416, { fit: 'stretch' })), false);
  assert.equal(
    allowsRectangular({ ...input(416, 416, {}), dynamic: { batch: true, spatial: false, multipleOf: 32 } }),
    false,
  );
});
