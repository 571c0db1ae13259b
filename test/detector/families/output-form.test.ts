import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProbedGraph } from '../../../src/detector/families/family.ts';
import { findOutputForm } from '../../../src/detector/families/output-form.ts';

type Tensor = [name: string, dims: number[], values: ArrayLike<number>, type?: string];

/** What a graph gave on noise; `operators` and `metadata` of its file. */
function probed(
  tensors: Tensor[],
  operators: Record<string, number> = {},
  metadata: Record<string, string> = {},
): ProbedGraph {
  const outputs = tensors.map(([name, dims, values]) => ({ name, dims, data: Float32Array.from(values) }));
  const declared = tensors.map(([name, dims, , type = 'float32']) => ({ name, dims, type, endings: [] }));
  const description = { inputs: [], outputs: declared, operators, metadata } as unknown as ProbedGraph['description'];
  return { description, probes: [{ width: 640, height: 640, outputs }] };
}

const NMS = { NonMaxSuppression: 1 };

/** x1, y1, x2, y2, score, class id of 300 boxes. */
function rows(classes: number): number[] {
  return Array.from({ length: 300 }, (_, i) => [i, i, i + 40, i + 60, 0.9 - i / 400, i % classes]).flat();
}

for (const classes of [1, 2, 80]) {
  test(`rows that end in class ids: ${classes} classes`, () => {
    const graph = probed([['output0', [1, 300, 6], rows(classes)]]);
    assert.deepEqual(findOutputForm(graph, {}), { form: 'rows', rows: 'output0', order: 'box-first' });
  });
}

test('rows of one class where somebody says that there are two are told by their order, or by the suppression', () => {
  const found = { form: 'rows', rows: 'output0', order: 'box-first' };
  const sorted = rows(1);
  assert.deepEqual(findOutputForm(probed([['output0', [1, 300, 6], sorted]]), { classes: 2 }), found);
  const nothing = Array<number>(1800).fill(0);
  assert.deepEqual(findOutputForm(probed([['output0', [1, 300, 6], nothing]], NMS), { classes: 2 }), found);
  assert.equal(findOutputForm(probed([['output0', [1, 300, 6], nothing]]), { classes: 2 }), undefined);
  const ofGrid = [...sorted.slice(600), ...sorted.slice(0, 600)];
  assert.equal(findOutputForm(probed([['output0', [1, 300, 6], ofGrid]]), { classes: 2 }), undefined);
});

test('a YOLOv5 of one class whose probability is 1 everywhere, as half precision has it, gives no class ids', () => {
  const values = Array.from({ length: 2000 }, (_, i) => [i % 640, (i * 7) % 640, 30, 40, (i % 100) / 100, 1]).flat();
  const graph = probed([['output', [1, 2000, 6], values]], {}, { names: "{0: 'red'}" });
  const form = { form: 'objectness', fused: 'output', channelAxis: 2, channels: 6 };
  assert.deepEqual(findOutputForm(graph, {}), form);
});

test('rows of a graph that suppresses, and found nothing in noise', () => {
  const graph = probed([['output0', [1, 0, 6], []]], NMS);
  assert.deepEqual(findOutputForm(graph, {}), { form: 'rows', rows: 'output0', order: 'box-first' });
  assert.equal(findOutputForm(probed([['output0', [1, 0, 6], []]]), {}), undefined);
});

test('rows with more behind them (masks, keypoints, angles) are none', () => {
  const values = Array.from({ length: 300 }, (_, i) => [i, i, i + 40, i + 60, 0.5, 1, 0.25]).flat();
  assert.equal(findOutputForm(probed([['output0', [1, 300, 7], values]]), {}), undefined);
});

const paddleRow = [3, 0.7, 10, 20, 60, 80];
for (const [name, tensors, found] of [
  [
    'some are found',
    [
      ['boxes', [2, 6], [...paddleRow, ...paddleRow]],
      ['num', [1], [2], 'int32'],
    ],
    true,
  ],
  [
    'none is found',
    [
      ['boxes', [0, 6], []],
      ['num', [1], [0], 'int32'],
    ],
    true,
  ],
  [
    'one row of -1 where none is found',
    [
      ['boxes', [1, 6], Array(6).fill(-1)],
      ['num', [1], [1], 'int32'],
    ],
    true,
  ],
  ['nothing counts them', [['boxes', [2, 6], [...paddleRow, ...paddleRow]]], false],
  [
    'the first are no class ids',
    [
      ['boxes', [1, 6], [10.5, ...paddleRow.slice(1)]],
      ['num', [1], [1], 'int32'],
    ],
    false,
  ],
] as [string, Tensor[], boolean][]) {
  test(`rows that begin with class ids: ${name}`, () => {
    const form = findOutputForm(probed(tensors, NMS), {});
    assert.deepEqual(form, found ? { form: 'rows', rows: 'boxes', order: 'class-first' } : undefined);
  });
}

const FLAT = 'graph2_flat_predictions';
for (const [name, output, values, order] of [
  ["YOLOv7's", 'output', [0, 10, 20, 60, 80, 7, 0.7, 0, 30, 30, 90, 40, 0, 0.4], 'image-first'],
  ["YOLOv7's that are sure", 'output', [0, 10, 20, 60, 80, 0, 1], 'image-first'],
  ["YOLOv7's, none", 'output', [], 'image-first'],
  ["super-gradients'", FLAT, [0, 10, 20, 60, 80, 0.7, 7, 0, 30, 30, 90, 40, 0.4, 0], 'image-first-class-last'],
  ["super-gradients' under another name", 'rows', [0, 10, 20, 60, 80, 0.7, 7], 'image-first-class-last'],
  ["super-gradients' that are sure", FLAT, [0, 10, 20, 60, 80, 1, 0], 'image-first-class-last'],
  ["super-gradients', none", FLAT, [], 'image-first-class-last'],
  ['of two pictures', 'output', [0, 10, 20, 60, 80, 7, 0.7, 1, 30, 30, 90, 40, 0, 0.4], undefined],
  ['of no corners', 'output', [0, 60, 80, 10, 20, 7, 0.7], undefined],
  ['with no class ids', 'output', [0, 10, 20, 60, 80, 0.5, 0.7], undefined],
  ['with two class ids', 'output', [0, 10, 20, 60, 80, 5, 7], undefined],
] as const) {
  test(`rows that begin with the image: ${name}`, () => {
    const tensor: Tensor = [output, [values.length / 7, 7], values];
    const found = order && { form: 'rows', rows: output, order };
    assert.deepEqual(findOutputForm(probed([tensor], NMS), {}), found);
    assert.equal(findOutputForm(probed([tensor]), {}), undefined, 'nothing was suppressed');
  });
}

const columns = (ids: number[], type: string): Tensor[] => [
  ['num', [1, 1], [ids.length], 'int64'],
  ['boxes', [1, ids.length, 4], Array(4 * ids.length).fill(9)],
  ['scores', [1, ids.length], Array(ids.length).fill(0.5)],
  ['classes', [1, ids.length], ids, type],
];
const found = { form: 'columns', boxes: 'boxes', scores: 'scores', labels: 'classes' };

test('boxes, scores and class ids by themselves', () => {
  assert.deepEqual(findOutputForm(probed(columns([0, 0, 0], 'int64'), NMS), {}), found, 'declared as whole numbers');
  assert.deepEqual(findOutputForm(probed(columns([0, 7, 0], 'float32'), NMS), {}), found, 'they leave 0..1');
  assert.deepEqual(findOutputForm(probed(columns([], 'int64'), NMS), {}), found, 'there are none');
  assert.deepEqual(findOutputForm(probed(columns([0, 1, 0], 'float32'), NMS), {}), found, 'the scores are no ids');
  const nothing = columns([0, 0, 0], 'float32').map(
    ([name, dims, values]): Tensor => [name, dims, Array(values.length).fill(0)],
  );
  assert.equal(findOutputForm(probed(nothing, NMS), {}), undefined, 'which is which?');
  assert.equal(findOutputForm(probed(columns([0, 7, 0], 'int64')), {}), undefined, 'nothing was suppressed');
});

test('scores by classes beside boxes by points', () => {
  const points = 3598;
  const boxes: Tensor = ['boxes', [1, points, 4], Array.from({ length: 4 * points }, (_, i) => (i * 37) % 400)];
  const scores: Tensor = ['scores', [1, 80, points], Array.from({ length: 80 * points }, (_, i) => (i % 97) / 100)];
  assert.deepEqual(findOutputForm(probed([boxes, scores]), {}), { form: 'crossed', scores: 'scores', boxes: 'boxes' });
  const alike: Tensor = ['more', [1, points, 80], scores[2]];
  assert.equal(findOutputForm(probed([boxes, scores, alike]), {}), undefined, 'there are scores by points as well');
});

/** 4 of a box in pixels, then an objectness or a score, then scores. */
function decoded(channels: number, layout: 'points' | 'channels', fifth = 0.5, corners = false): Tensor {
  const points = 8400;
  const value = (point: number, channel: number) => {
    if (channel < 4) return channel < 2 || corners ? ((point * 37) % 600) + channel : 30;
    return channel === 4 ? fifth : ((point + channel) % 97) / 100;
  };
  const values = Array.from({ length: points * channels }, (_, i) =>
    layout === 'points' ? value(Math.floor(i / channels), i % channels) : value(i % points, Math.floor(i / points)),
  );
  return ['output0', layout === 'points' ? [1, points, channels] : [1, channels, points], values];
}

const names = `{0: 'red', 1: 'green', 2: 'blue'}`;
for (const [name, tensor, metadata, wishes, expected] of [
  ['one name fewer in the metadata', decoded(8, 'points'), { names }, {}, 2],
  ['one label fewer', decoded(8, 'points'), {}, { classes: 3 }, 2],
  ['one label fewer than 81', decoded(85, 'points'), {}, { classes: 80 }, 2],
  ['by channels', decoded(8, 'channels'), { names }, {}, 1],
  ['1 everywhere (YOLOv6), and nobody says how many classes there are', decoded(8, 'points', 1), {}, {}, 2],
  ['as many names', decoded(7, 'points'), { names }, {}, undefined],
  [
    "one label fewer than YOLOv8's metadata has",
    decoded(8, 'points'),
    { names: `${names.slice(0, -1)}, 3: 'x'}` },
    { classes: 3 },
    undefined,
  ],
  ['one label fewer than YOLOv8 has classes', decoded(8, 'channels'), {}, { classes: 3 }, undefined],
  ['one label fewer than PP-YOLOE has classes', decoded(8, 'points', 0.5, true), {}, { classes: 3 }, undefined],
  ['all labels named', decoded(8, 'points'), { names }, { classes: 4 }, undefined],
  ['no names', decoded(8, 'points'), {}, {}, undefined],
  ['one class', decoded(5, 'points', 1), {}, {}, undefined],
] as [string, Tensor, Record<string, string>, { classes?: number }, 1 | 2 | undefined][]) {
  test(`an objectness: ${name}`, () => {
    const [, dims] = tensor;
    const form = { form: 'objectness', fused: 'output0', channelAxis: expected, channels: dims[expected ?? 2] };
    assert.deepEqual(findOutputForm(probed([tensor], {}, metadata), wishes), expected && form);
  });
}
