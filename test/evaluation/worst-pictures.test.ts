import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CocoAnnotation, CocoResult } from '../../src/evaluation/coco-dataset.ts';
import type { JudgedPicture } from '../../src/evaluation/judge-picture.ts';
import { worstPictures } from '../../src/evaluation/worst-pictures.ts';

type Box = CocoResult['bbox'];

const A: Box = [0, 0, 40, 40];
const B: Box = [100, 0, 40, 40];

function picture(id: number, objects: [Box, (0 | 1)?, number?][], detections: [Box, number, number?][]): JudgedPicture {
  return {
    image: { id, file_name: `${id}.jpg`, width: 200, height: 100 },
    size: { width: 200, height: 100 },
    objects: objects.map(([bbox, iscrowd = 0, category_id = 1], i): CocoAnnotation => {
      return { id: i + 1, image_id: id, category_id, bbox, area: bbox[2] * bbox[3], iscrowd };
    }),
    results: detections.map(
      ([bbox, score, category_id = 1]): CocoResult => ({ image_id: id, category_id, bbox, score }),
    ),
    frame: 'stored',
    guessed: false,
    otherSize: false,
    framedResults: [],
    scored: [],
    matched: [],
    sigmas: [],
  };
}

const cases: [string, JudgedPicture, { right: number; missed: number; wrong: number; f1: number } | undefined][] = [
  ['everything right', picture(1, [[A]], [[A, 0.9]]), undefined],
  ['nothing there, nothing found', picture(1, [], []), undefined],
  ['an object missed', picture(1, [[A], [B]], [[A, 0.9]]), { right: 1, missed: 1, wrong: 0, f1: 2 / 3 }],
  ['found with too low a score', picture(1, [[A]], [[A, 0.2]]), { right: 0, missed: 1, wrong: 0, f1: 0 }],
  [
    'found twice',
    picture(
      1,
      [[A]],
      [
        [A, 0.9],
        [A, 0.8],
      ],
    ),
    { right: 1, missed: 0, wrong: 1, f1: 2 / 3 },
  ],
  ['another class', picture(1, [[A]], [[A, 0.9, 2]]), { right: 0, missed: 1, wrong: 1, f1: 0 }],
  [
    'in a crowd: neither right nor wrong',
    picture(1, [[A, 1], [B]], [[A, 0.9]]),
    { right: 0, missed: 1, wrong: 0, f1: 0 },
  ],
  ['a crowd that nobody found is no error', picture(1, [[A, 1]], []), undefined],
  ['a crowd alone is no error', picture(1, [[A, 1]], [[A, 0.9]]), undefined],
];
for (const [name, judged, expected] of cases) {
  test(name, () => {
    const [worst] = worstPictures([judged], 20);
    const { right, missed, wrong, f1 } = worst ?? { right: [], missed: [], wrong: [], f1: 1 };
    const actual = { right: right.length, missed: missed.length, wrong: wrong.length, f1 };
    assert.deepEqual(worst && actual, expected);
  });
}

test('lowest F1 first, then most errors, then the lower id; at most as many as asked for; refused ones are not shown', () => {
  const two = picture(4, [[A], [B]], []);
  const one = picture(3, [[A]], []);
  const alike = picture(2, [[A]], []);
  const half = picture(1, [[A], [B]], [[A, 0.9]]);
  const refused = { ...picture(5, [[A]], []), size: undefined };
  const ids = (count: number) =>
    worstPictures([half, refused, one, alike, two], count).map(({ picture: p }) => p.image.id);
  assert.deepEqual(ids(20), [4, 2, 3, 1]);
  assert.deepEqual(ids(2), [4, 2]);
});
