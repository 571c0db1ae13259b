import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosesRight } from '../../src/detector/inference/choosing-graph.ts';
import { type LeftOutputs, openSession } from '../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import { addCandidates, type Scored } from '../../src/onnx/rewrite/add-candidates.ts';
import { CANDIDATES, readCandidateName } from '../../src/onnx/rewrite/candidate-names.ts';
import { makeValue } from '../../src/onnx/value.ts';

const CLASSES = 5;
const POINTS = 24;

interface Form {
  layout: Scored['layout'];
  /** Of the input, which is the scores, or scores and boxes in one; the batch is the first. */
  dims: readonly number[];
  /** First channel of the scores, and channels in all, where they are in one tensor. */
  fused?: readonly [channel: number, channels: number];
}

const FORMS: Record<string, Form> = {
  'points first, two outputs': { layout: 'points-first', dims: [POINTS, CLASSES] },
  'channels first, two outputs': { layout: 'channels-first', dims: [CLASSES, POINTS] },
  'channels first, rows and columns': { layout: 'channels-first', dims: [CLASSES, 4, 6] },
  'points first, one output, scores first': { layout: 'points-first', dims: [POINTS, 12], fused: [0, 12] },
  'points first, one output, boxes first': { layout: 'points-first', dims: [POINTS, 12], fused: [7, 12] },
  'channels first, one output': { layout: 'channels-first', dims: [12, POINTS], fused: [4, 12] },
  'channels first, one output, rows and columns': { layout: 'channels-first', dims: [12, 4, 6], fused: [0, 12] },
};

/** `scores` is the input, `boxes` its negative. */
function modelOf({ layout, dims, fused }: Form, opset: number) {
  const [channel, channels] = fused ?? [0, CLASSES];
  const shape = ['batch', ...dims];
  const model = makeModel({
    producer: { name: 'test', version: '1' },
    graph: makeGraph({
      ...{ name: 'head', inputs: [makeValue('x', 'float', shape)] },
      outputs: [makeValue('scores', 'float', shape), ...(fused ? [] : [makeValue('boxes', 'float', shape)])],
      nodes: [makeNode('Identity', ['x'], ['scores']), ...(fused ? [] : [makeNode('Neg', ['x'], ['boxes'])])],
    }),
  });
  model.opsetImport[0]!.version = BigInt(opset);
  const choice = {
    pairs: [{ scores: { output: 'scores', channel, channels }, boxes: { output: fused ? 'scores' : 'boxes' } }],
    ...{ layout, classes: CLASSES },
  };
  return { model, choice, added: addCandidates(model, { ...choice, rank: () => dims.length + 1 }) };
}

const noise = (length: number, seed = 1) => Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 7919 * seed));

for (const [name, form] of Object.entries(FORMS)) {
  for (const opset of [10, 11, 17, 18, 21]) {
    test(`candidates, opset ${opset}, ${name}: only the points that reach the floor are left`, async t => {
      const { model, choice, added } = modelOf(form, opset);
      assert.ok(added);
      const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
      t.after(() => session.close());
      assert.deepEqual(
        session.inputs.map(input => input.name),
        ['x'],
      );
      const size = form.dims.reduce((product, side) => product * side, 1);
      const dims = [1, ...form.dims];
      const outputs = await session.run('x', noise(size), dims);
      assert.deepEqual(Object.keys(outputs), form.fused ? ['scores'] : ['scores', 'boxes']);
      assert.ok(await choosesRight(floor => session.runAbove!('x', noise(size), dims, floor), choice, outputs));

      // Of a batch the points that reach it in either picture.
      const floor = 0.97;
      const both = Float32Array.of(...noise(size), ...noise(size, 3));
      const alone = await Promise.all(
        [1, 3].map(seed => session.runAbove!('x', noise(size, seed), dims, floor).then(left => [...left.points[0]!])),
      );
      const together = await session.runAbove!('x', both, [2, ...form.dims], floor);
      assert.deepEqual(
        [...together.points[0]!],
        [...new Set(alone.flat())].sort((a, b) => a - b),
      );
      assert.ok(together.points[0]!.length > 1 && together.points[0]!.length < POINTS, 'some, not all');
      assert.equal(together.tensors.scores!.data.length, (2 * size * together.points[0]!.length) / POINTS);
    });
  }
}

test('candidates: what is not known is left alone', () => {
  const before = (form: Form, opset: number, rank: number) => {
    const { model, choice } = modelOf(form, opset);
    const fresh = modelOf(form, opset).model;
    fresh.graph!.input.length = 1;
    fresh.graph!.output.length = form.fused ? 1 : 2;
    fresh.graph!.node.length = form.fused ? 1 : 2;
    fresh.graph!.initializer.length = 0;
    const bytes = encodeModel(fresh);
    const added = addCandidates(fresh, { ...choice, rank: () => rank });
    assert.equal(added || !Buffer.from(encodeModel(fresh)).equals(bytes), false);
    assert.ok(model.graph!.input.length > 1);
  };
  const [first] = Object.values(FORMS);
  before(first!, 17, 2);
  before(first!, 17, 4);
  before(first!, 17, 0);
  const { model, choice } = modelOf(first!, 17);
  model.opsetImport[0]!.version = 9n;
  assert.equal(addCandidates(model, { ...choice, rank: () => 3 }), false);
  model.opsetImport[0]!.domain = 'elsewhere';
  assert.equal(addCandidates(model, { ...choice, rank: () => 3 }), false);
});

test('candidates: names are read back, whatever an output is called', () => {
  for (const output of ['cls_8', 'a/b', 'points', '0', '', 'two\nlines']) {
    assert.deepEqual(readCandidateName(CANDIDATES.left(3, output)), {
      ...{ name: CANDIDATES.left(3, output), pair: 3, of: output },
    });
  }
  assert.deepEqual(readCandidateName(CANDIDATES.points(12)), { name: 'candidates/12', pair: 12, of: undefined });
  for (const other of ['output', 'candidates', 'candidates/x', 'my/candidates/1', CANDIDATES.floor]) {
    assert.equal(readCandidateName(other), undefined, other);
  }
});

test('candidates: a session that leaves anything else is not used', async () => {
  const { choice } = modelOf(FORMS['points first, two outputs']!, 17);
  const scores = noise(POINTS * CLASSES);
  const boxes = scores.map(value => -value);
  const outputs = {
    scores: { data: scores, dims: [1, POINTS, CLASSES] },
    boxes: { data: boxes, dims: [1, POINTS, CLASSES] },
  };
  const rows = (data: Float32Array, points: readonly number[]) =>
    Float32Array.from(points.flatMap(point => [...data.subarray(point * CLASSES, (point + 1) * CLASSES)]));
  const right = (floor: number): LeftOutputs => {
    const points = [...Array(POINTS).keys()].filter(point =>
      scores.subarray(point * CLASSES, (point + 1) * CLASSES).some(score => score >= floor),
    );
    const tensor = (data: Float32Array) => ({ data: rows(data, points), dims: [1, points.length, CLASSES] });
    return { points: [Int32Array.from(points)], tensors: { scores: tensor(scores), boxes: tensor(boxes) } };
  };
  assert.ok(await choosesRight(async floor => right(floor), choice, outputs));
  const wrong: Record<string, (left: LeftOutputs) => unknown> = {
    'a point too few': left => (left.points[0] = left.points[0]!.slice(1)),
    'another point': left => left.points[0]!.length > 0 && left.points[0]![0]!++,
    'another number': left => left.tensors.boxes!.data.fill(0.5, 0, 1),
    'no boxes': left => delete left.tensors.boxes,
    'everything, always': left => Object.assign(left, right(-Infinity)),
  };
  for (const [what, change] of Object.entries(wrong)) {
    const run = async (floor: number) => {
      const left = right(floor);
      change(left);
      return left;
    };
    assert.equal(await choosesRight(run, choice, outputs), false, what);
  }
});
