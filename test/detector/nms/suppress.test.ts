import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Boxes, duplicateBoxes, spreadBoxes } from '../../../bench/stages/crowded-boxes.ts';
import { keptBoxes } from '../../../src/detector/nms/kept-boxes.ts';
import { suppress } from '../../../src/detector/nms/suppress.ts';
import { seededRandom } from '../../support/random.ts';

const overlaps: [string, number[], number[], number][] = [
  ['the same box', [0, 0, 10, 10], [0, 0, 10, 10], 1],
  ['half of each', [0, 0, 10, 10], [5, 0, 15, 10], 1 / 3],
  ['one inside the other', [0, 0, 10, 10], [0, 0, 5, 5], 0.25],
  ['touching edges', [0, 0, 10, 10], [10, 0, 20, 10], 0],
  ['apart', [0, 0, 1, 1], [5, 5, 6, 6], 0],
  ['an empty box', [3, 3, 3, 3], [0, 0, 10, 10], 0],
  ['two empty boxes', [3, 3, 3, 3], [3, 3, 3, 3], 0],
];
for (const [name, a, b, expected] of overlaps) {
  test(`IoU: ${name}`, () => {
    const boxes = Float64Array.from([...a, ...b]);
    for (const [kept, candidate] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const rivals = keptBoxes();
      rivals.add(boxes, kept);
      assert.equal(rivals.suppress(boxes, candidate, expected + 1e-15), false, 'no more');
      if (expected > 0) assert.equal(rivals.suppress(boxes, candidate, expected - 1e-15), true, 'no less');
    }
  });
}

interface Item {
  box: number[];
  score: number;
  classId: number;
}

function kept(items: Item[], options: Partial<Parameters<typeof suppress>[3]> = {}): number[] {
  return suppress(
    Float64Array.from(items.flatMap(item => item.box)),
    Float32Array.from(items, item => item.score),
    Int32Array.from(items, item => item.classId),
    { iouThreshold: 0.6, classAgnostic: false, maxDetections: 100, ...options },
  );
}

const near = { box: [0, 0, 10, 10], score: 0.5, classId: 0 };
const nearly = { box: [0, 0, 10, 9], score: 0.9, classId: 0 };
const elsewhere = { box: [50, 50, 60, 60], score: 0.7, classId: 0 };
const cases: [string, number[], number[]][] = [
  ['the better of two', kept([near, nearly]), [1]],
  ['sorted by score', kept([near, elsewhere]), [1, 0]],
  ['another class stays', kept([near, { ...nearly, classId: 1 }]), [1, 0]],
  [
    'another class goes when classes do not count',
    kept([near, { ...nearly, classId: 1 }], { classAgnostic: true }),
    [1],
  ],
  ['exactly at the threshold stays', kept([near, nearly], { iouThreshold: 0.9 }), [1, 0]],
  [
    'a suppressed box suppresses nothing',
    kept(
      [
        { box: [0, 0, 10, 10], score: 0.9, classId: 0 },
        { box: [4, 0, 14, 10], score: 0.8, classId: 0 },
        { box: [8, 0, 18, 10], score: 0.7, classId: 0 },
      ],
      { iouThreshold: 0.4 },
    ),
    [0, 2],
  ],
  ['equal scores: the first', kept([near, near]), [0]],
  ['at most so many', kept([near, elsewhere], { maxDetections: 1 }), [1]],
  ['nothing', kept([]), []],
];
for (const [name, actual, expected] of cases) test(`NMS: ${name}`, () => assert.deepEqual(actual, expected));

/** The textbook form: all pairs, one class after another, then all sorted. */
function slowReference(items: Item[], iouThreshold: number): number[] {
  const overlap = (a: number[], b: number[]) => {
    const w = Math.max(0, Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!));
    const h = Math.max(0, Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!));
    const area = (c: number[]) => (c[2]! - c[0]!) * (c[3]! - c[1]!);
    return (w * h) / Math.max(area(a) + area(b) - w * h, 1e-9);
  };
  const all: number[] = [];
  for (const classId of new Set(items.map(item => item.classId))) {
    let rest = [...items.keys()]
      .filter(i => items[i]!.classId === classId)
      .sort((i, j) => items[j]!.score - items[i]!.score);
    while (rest.length > 0) {
      const best = rest.shift()!;
      all.push(best);
      rest = rest.filter(i => overlap(items[best]!.box, items[i]!.box) <= iouThreshold);
    }
  }
  return all.sort((i, j) => items[j]!.score - items[i]!.score || i - j);
}

test('NMS: the same set as the slow reference, random boxes', () => {
  const random = seededRandom(3);
  let suppressed = 0;
  for (let round = 0; round < 40; round++) {
    const items = Array.from({ length: 200 }, () => {
      const x = random() * 60;
      const y = random() * 60;
      return {
        box: [x, y, x + 5 + random() * 40, y + 5 + random() * 40],
        score: Math.fround(random()),
        classId: Math.floor(random() * 4),
      };
    });
    const expected = slowReference(items, 0.5);
    suppressed += items.length - expected.length;
    assert.deepEqual(kept(items, { iouThreshold: 0.5, maxDetections: 1000 }), expected);
  }
  assert.ok(suppressed > 1000, 'the random boxes hardly overlap: this test shows nothing');
});

const COUNT = 5000;
/** Scores of eight values only: nearly all of them are ties. */
const tied = (boxes: Boxes): Boxes => ({ ...boxes, scores: boxes.scores.map(score => Math.ceil(score * 8) / 8) });
const inClasses = (boxes: Boxes, classes: number): Boxes => ({
  ...boxes,
  classIds: boxes.classIds.map((_, i) => i % classes),
});
const MANY: [name: string, boxes: Boxes][] = [
  ['spread over the picture', spreadBoxes(COUNT)],
  ['near-duplicates', duplicateBoxes(COUNT)],
  ['spread, with ties', tied(spreadBoxes(COUNT))],
  ['near-duplicates in seven classes, with ties', inClasses(tied(duplicateBoxes(COUNT)), 7)],
];

for (const [name, { boxes, scores, classIds }] of MANY) {
  test(`NMS: exactly what the slow reference keeps of ${COUNT} boxes: ${name}`, () => {
    const boxOf = (i: number) => Array.from(boxes.subarray(i * 4, i * 4 + 4));
    const items = Array.from(scores, (score, i) => ({ box: boxOf(i), score, classId: classIds[i]! }));
    for (const iouThreshold of [0.3, 0.6]) {
      const expected = slowReference(items, iouThreshold);
      assert.ok(expected.length < COUNT, 'nothing is suppressed: this test shows nothing');
      for (const maxDetections of [100, 1000, COUNT]) {
        const actual = suppress(boxes, scores, classIds, { iouThreshold, classAgnostic: false, maxDetections });
        assert.deepEqual(actual, expected.slice(0, maxDetections), `${maxDetections} at ${iouThreshold}`);
      }
    }
  });
}
