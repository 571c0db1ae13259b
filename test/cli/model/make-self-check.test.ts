import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePicture } from '../../../src/cli/model/make-self-check.ts';

const SQUARE = { width: 64, height: 64 };
const WIDE = { width: 96, height: 64 };
const having = (size: typeof WIDE, count: number, steady = true) => ({
  ...size,
  steady,
  detections: Array.from({ length: count }, () => ({ label: 'red', score: 0.9, box: [0, 0, 8, 8] })),
});

const cases: [string, ReturnType<typeof having>[], string | undefined][] = [
  ['the most detections', [having(WIDE, 2), having(WIDE, 5), having(WIDE, 4)], '1'],
  ['rather not square', [having(SQUARE, 5), having(WIDE, 1)], '1'],
  ['square where no other has any', [having(WIDE, 0), having(SQUARE, 1)], '1'],
  ['as many as are looked at are too many', [having(WIDE, 100), having(SQUARE, 99), having(SQUARE, 100)], '1'],
  ['rather less than what hangs on rounding', [having(WIDE, 5, false), having(SQUARE, 1)], '1'],
  ['nothing, or too much', [having(WIDE, 0), having(WIDE, 100)], undefined],
];
for (const [name, seen, expected] of cases) {
  test(`the picture of a self-check: ${name}`, () => {
    const pictures = seen.map((_, i) => ({ name: `${i}`, bytes: new Uint8Array(12) }));
    assert.equal(choosePicture(seen, pictures)?.made.picture, expected);
  });
}
