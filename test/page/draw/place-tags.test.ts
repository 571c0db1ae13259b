import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitInside } from '../../../src/page/draw/fit-inside.ts';
import { placeTags } from '../../../src/page/draw/place-tags.ts';

const FRAME = { width: 200, height: 100 };
const TAG = { width: 60, height: 20 };
type Boxes = Parameters<typeof placeTags>[0];

const PLACES: [name: string, boxes: Boxes, places: { x: number; y: number }[]][] = [
  ['above its box', [{ x: 30, y: 40, width: 80, height: 50 }], [{ x: 30, y: 20 }]],
  ['inside where nothing is above', [{ x: 30, y: 5, width: 80, height: 50 }], [{ x: 30, y: 5 }]],
  ['inside one that reaches out at the top', [{ x: 30, y: -1, width: 80, height: 50 }], [{ x: 30, y: 0 }]],
  ['not out of the frame to the right', [{ x: 180, y: 40, width: 20, height: 50 }], [{ x: 140, y: 20 }]],
  [
    'not over the tag of a better box',
    [
      { x: 30, y: 40, width: 80, height: 50 },
      { x: 35, y: 42, width: 80, height: 50 },
    ],
    [
      { x: 30, y: 20 },
      { x: 35, y: 42 },
    ],
  ],
];

for (const [name, boxes, places] of PLACES) {
  test(`tag: ${name}`, () => {
    assert.deepEqual(
      placeTags(
        boxes,
        boxes.map(() => [TAG]),
        FRAME,
      ),
      places.map(place => ({ ...place, wording: 0 })),
    );
  });
}

test('tags of many boxes in one place stay in the frame and apart while there is room', () => {
  const boxes = Array.from({ length: 4 }, (_, i) => ({ x: 10 + i, y: 30 + i, width: 150, height: 40 }));
  const places = placeTags(
    boxes,
    boxes.map(() => [TAG]),
    FRAME,
  );
  for (const [i, a] of places.entries()) {
    assert.ok(a.x >= 0 && a.y >= 0 && a.x + TAG.width <= FRAME.width && a.y + TAG.height <= FRAME.height);
    for (const b of places.slice(i + 1)) {
      assert.ok(Math.abs(a.x - b.x) >= TAG.width || Math.abs(a.y - b.y) >= TAG.height, JSON.stringify(places));
    }
  }
});

test('a shorter wording where the full one would hide a better tag', () => {
  const row = { width: 100, height: 20 };
  const [left, right] = [
    { x: 0, y: 0, width: 10, height: 20 },
    { x: 65, y: 0, width: 20, height: 20 },
  ];
  const wordings = [TAG, { width: 20, height: 20 }];
  assert.deepEqual(placeTags([left, right, right], [wordings, wordings, wordings], row), [
    { x: 0, y: 0, wording: 0 },
    { x: 65, y: 0, wording: 1 },
    { x: 65, y: 0, wording: 1 }, // no room for any
  ]);
});

const FITS: [name: string, picture: [number, number], fitted: [number, number]][] = [
  ['a wide one by its width', [400, 100], [200, 50]],
  ['a high one by its height', [100, 400], [25, 100]],
  ['a small one at most four times', [10, 10], [40, 40]],
];

for (const [name, [width, height], [fittedWidth, fittedHeight]] of FITS) {
  test(`a picture fits: ${name}`, () => {
    assert.deepEqual(fitInside({ width, height }, FRAME, 4), { width: fittedWidth, height: fittedHeight });
  });
}
