import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proveBatch } from '../../../src/detector/proof/prove-batch.ts';
import type { Subject, Trial } from '../../../src/detector/proof/subject.ts';

type Row = [label: number, x: number, score: number];
type Tensors = Record<string, { data: Float32Array; dims: number[] }>;

/** What a graph that suppresses by itself gives: as many rows for each picture. */
function rowsOf(...pictures: Row[][]): Tensors {
  const [batch, count] = [pictures.length, pictures[0]!.length];
  const rows = pictures.flat();
  return {
    dets: {
      data: Float32Array.from(rows.flatMap(([, x, score]) => [x, 1, x + 9, 9, score])),
      dims: [batch, count, 5],
    },
    labels: { data: Float32Array.from(rows, ([label]) => label), dims: [batch, count] },
  };
}

/** One point of one class for each picture, its box decoded. */
function pointsOf(batch: number, ...scores: number[]): Tensors {
  return {
    scores: { data: Float32Array.from(scores), dims: [batch, scores.length / batch, 1] },
    boxes: { data: new Float32Array(4 * scores.length).fill(5), dims: [batch, scores.length / batch, 4] },
  };
}

const PLACEMENT = { width: 8, height: 8 };
const trialsOf = (alone: Tensors): Trial[] =>
  ['a.png', 'b.png'].map(name => {
    return { name, tensors: alone, prepared: { tensor: new Float32Array(192), placement: PLACEMENT } };
  }) as unknown as Trial[];

function subjectOf(head: object, together: () => Tensors): Subject {
  const part = (output: string, channels: number) => ({ output, channel: 0, channels });
  return {
    model: { manifest: { input: { tensor: 'x', dynamic: { batch: true } }, head }, labels: ['red'] },
    opened: { bound: [{ scores: part('scores', 1), boxes: part('boxes', 4), strides: [] }] },
    session: { run: async () => together() },
  } as unknown as Subject;
}

const ROWS = { detections: 'dets', labels: 'labels' };
const POINTS = { outputs: [], scores: 'probability', boxes: 'xyxy' };
const ONE: Row = [0, 1, 0.9];
const alone = rowsOf([ONE]);

const cases: [string, head: object, alone: Tensors, together: () => Tensors, RegExp][] = [
  ['the same rows', ROWS, alone, () => rowsOf([ONE], [ONE]), /^in a batch of 2 scores differ by up to 0\.0e\+0 and /],
  [
    'rows of the first picture alone',
    ROWS,
    alone,
    () => alone,
    /^in a batch of 2 "dets" is \[1, 1, 5\], which has no part for each picture \(of one it is \[1, 1, 5\]\): set input\.dynamic\.batch to false$/,
  ],
  [
    'a row that is gone',
    ROWS,
    alone,
    () => rowsOf([ONE], [[0, 1, 0]]),
    /^in a batch of 2 b\.png lacks a detection that it has alone, of class 0 with score 0\.90: set /,
  ],
  [
    'a row that is new',
    ROWS,
    rowsOf([ONE, [0, 1, 0]]),
    () => rowsOf([ONE, [0, 50, 0.8]], [ONE, ONE]),
    /^in a batch of 2 a\.png has a detection more than alone: set /,
  ],
  [
    'the same points',
    POINTS,
    pointsOf(1, 0.9),
    () => pointsOf(2, 0.9, 0.9),
    /^in a batch of 2 scores differ by up to 0/,
  ],
  [
    'points of the first picture alone',
    POINTS,
    pointsOf(1, 0.9),
    () => pointsOf(1, 0.9),
    /^in a batch of 2 "scores" is \[1, 1, 1\], which has no part for each picture \(of one it is \[1, 1, 1\]\): set /,
  ],
  [
    'points that are no numbers',
    POINTS,
    pointsOf(1, 0.9),
    () => pointsOf(2, 0.9, Number.NaN),
    /^in a batch of 2 there are scores or boxes that are no numbers: set /,
  ],
  [
    'a run that fails',
    ROWS,
    alone,
    () => {
      throw new Error('Got invalid dimensions for input');
    },
    /^a batch of 2 does not run \(Got invalid dimensions for input\): set /,
  ],
];

for (const [name, head, single, together, text] of cases) {
  test(`batch: ${name}`, async () => {
    const finding = await proveBatch(subjectOf(head, together), trialsOf(single));
    assert.match(finding.text, text);
    assert.equal(finding.verdict, name.startsWith('the same') ? 'holds' : 'fails');
  });
}
