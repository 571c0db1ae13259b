import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeLabels } from '../../../src/evaluation/report/place-labels.ts';
import { seededRandom } from '../../support/random.ts';

const PICTURE = { width: 640, height: 480 };

test('a lone label stands on its box', () => {
  const [label] = placeLabels([{ text: 'cat .9', bbox: [100, 100, 200, 100] }], PICTURE, 14);
  assert.equal(label?.x, 100);
  assert.ok(Math.abs(label.y + label.height - 100) < 1e-9);
});

test('a box at the upper border has its label inside, one at the right border too', () => {
  const [upper, right] = placeLabels(
    [
      { text: 'cat', bbox: [10, 0, 50, 50] },
      { text: 'refrigerator', bbox: [630, 200, 10, 50] },
    ],
    PICTURE,
    14,
  );
  assert.equal(upper?.y, 0);
  assert.ok(right!.x + right!.width <= PICTURE.width);
});

test('of many labels none covers another, none leaves the picture, the first is never left out', () => {
  const random = seededRandom(11);
  let placed = 0;
  for (let round = 0; round < 200; round++) {
    const wanted = Array.from({ length: 40 }, (_, i) => {
      const [x, y] = [random() * 640, random() * 480];
      return {
        text: `class ${i} .5`,
        bbox: [x, y, random() * (640 - x), random() * (480 - y)] as [number, number, number, number],
      };
    });
    const labels = placeLabels(wanted, PICTURE, 13);
    assert.ok(labels[0] !== undefined);
    const shown = labels.filter(label => label !== undefined);
    placed += shown.length;
    for (const [i, a] of shown.entries()) {
      assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= 640 && a.y + a.height <= 480, JSON.stringify(a));
      for (const b of shown.slice(i + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        assert.ok(apart, `${JSON.stringify(a)} covers ${JSON.stringify(b)}`);
      }
    }
  }
  console.log(`${placed} of 8000 labels found a place`);
  assert.ok(placed > 6000);
});
