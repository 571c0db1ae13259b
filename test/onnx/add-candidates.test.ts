import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosesRight } from '../../src/detector/inference/choosing-graph.ts';
import { type KeptOutputs, openSession } from '../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import { addCandidates, type Scored } from '../../src/onnx/rewrite/add-candidates.ts';
import { CANDIDATES, readCandidateName } from '../../src/onnx/rewrite/candidate-names.ts';
import { int64Tensor } from '../../src/onnx/tensor.ts';
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
  return { model, choice };
}

const noise = (length: number, seed = 1) => Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 7919 * seed));

for (const [name, form] of Object.entries(FORMS)) {
  for (const opset of [10, 11, 17, 18, 21]) {
    test(`candidates, opset ${opset}, ${name}: only the points that reach the floor are left`, async t => {
      const { model, choice } = modelOf(form, opset);
      assert.ok(addCandidates(model, { ...choice, byLevels: true, rank: () => form.dims.length + 1 }));
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
      assert.ok(await choosesRight(floor => session.runAbove!('x', noise(size), dims, floor), choice, outputs, 1));

      // Of a batch the points that reach it in either picture.
      const floor = 0.97;
      const both = Float32Array.of(...noise(size), ...noise(size, 3));
      const alone = await Promise.all(
        [1, 3].map(seed =>
          session.runAbove!('x', noise(size, seed), dims, floor).then(({ kept }) => [...kept[0]!.points]),
        ),
      );
      const together = await session.runAbove!('x', both, [2, ...form.dims], floor);
      const [{ points, of }] = together.kept as [KeptOutputs['kept'][number]];
      assert.equal(of, POINTS);
      assert.deepEqual(
        [...points],
        [...new Set(alone.flat())].sort((a, b) => a - b),
      );
      assert.ok(points.length > 1 && points.length < POINTS, 'some, not all');
      const run = (above: number) => session.runAbove!('x', both, [2, ...form.dims], above);
      assert.ok(await choosesRight(run, choice, await session.run('x', both, [2, ...form.dims]), 2));
    });
  }
}

test('candidates: what is not known is left alone', () => {
  const form = FORMS['points first, two outputs']!;
  for (const [opset, domain, rank] of [
    [17, '', 2],
    [17, '', 4],
    [17, '', undefined],
    [9, '', 3],
    [17, 'elsewhere', 3],
  ] as const) {
    const { model, choice } = modelOf(form, opset);
    model.opsetImport[0]!.domain = domain;
    const before = encodeModel(model);
    assert.equal(addCandidates(model, { ...choice, byLevels: true, rank: () => rank }), false);
    assert.ok(Buffer.from(encodeModel(model)).equals(before));
  }
});

test('candidates: a graph with such names of its own is left alone, and keeps them', async t => {
  for (const [input, output] of [
    ['x', 'candidates/0'],
    ['x', 'candidates/0/x'],
    [CANDIDATES.floor, 'y'],
  ] as const) {
    const model = makeModel({
      producer: { name: 'test', version: '1' },
      graph: makeGraph({
        ...{ name: 'own', inputs: [makeValue(input, 'float', [1, POINTS, CLASSES])] },
        outputs: [makeValue(output, 'float', [1, POINTS, CLASSES])],
        nodes: [makeNode('Identity', [input], [output])],
      }),
    });
    const pairs = [{ scores: { output, channel: 0, channels: CLASSES }, boxes: { output } }];
    assert.equal(
      addCandidates(model, { pairs, layout: 'points-first', classes: CLASSES, byLevels: true, rank: () => 3 }),
      false,
    );
    const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
    t.after(() => session.close());
    assert.deepEqual([session.inputs[0]!.name, session.outputs[0]!.name, session.runAbove], [input, output, undefined]);
    const outputs = await session.run(input, noise(POINTS * CLASSES), [1, POINTS, CLASSES]);
    assert.deepEqual(Object.keys(outputs), [output]);
  }
});

test('candidates: a head whose batch is no batch is not used', async t => {
  // All pictures in one row: (1, batch * points, classes).
  const model = makeModel({
    producer: { name: 'test', version: '1' },
    graph: makeGraph({
      ...{ name: 'row', inputs: [makeValue('x', 'float', ['batch', POINTS, CLASSES])] },
      outputs: [makeValue('scores', 'float', [1, 'n', CLASSES])],
      nodes: [makeNode('Reshape', ['x', 'shape'], ['scores'])],
      initializers: [int64Tensor('shape', [3], [1, -1, CLASSES])],
    }),
  });
  const pairs = [{ scores: { output: 'scores', channel: 0, channels: CLASSES }, boxes: { output: 'scores' } }];
  const choice = { pairs, layout: 'points-first', classes: CLASSES } as const;
  assert.ok(addCandidates(model, { ...choice, byLevels: true, rank: () => 3 }));
  const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
  t.after(() => session.close());
  for (const [batch, expected] of [
    [1, true],
    [2, false],
  ] as const) {
    const run = [noise(batch * POINTS * CLASSES), [batch, POINTS, CLASSES]] as const;
    const outputs = await session.run('x', ...run);
    assert.equal(await choosesRight(floor => session.runAbove!('x', ...run, floor), choice, outputs, batch), expected);
  }
});

test('candidates: names are read back, whatever an output is called', () => {
  for (const output of ['cls_8', 'a/b', 'points', '0', '', 'two\nlines']) {
    assert.deepEqual(readCandidateName(CANDIDATES.kept(3, output)), {
      ...{ name: CANDIDATES.kept(3, output), pair: 3, of: output },
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
  const right = (floor: number): KeptOutputs => {
    const points = [...Array(POINTS).keys()].filter(point =>
      scores.subarray(point * CLASSES, (point + 1) * CLASSES).some(score => score >= floor),
    );
    const tensor = (data: Float32Array) => ({ data: rows(data, points), dims: [1, points.length, CLASSES] });
    return {
      kept: [{ points: Int32Array.from(points), of: POINTS }],
      tensors: { scores: tensor(scores), boxes: tensor(boxes) },
    };
  };
  assert.ok(await choosesRight(async floor => right(floor), choice, outputs, 1));
  const wrong: Record<string, (outputs: KeptOutputs) => unknown> = {
    'a point too few': ({ kept }) => Object.assign(kept[0]!, { points: kept[0]!.points.slice(1) }),
    'another point': ({ kept }) => kept[0]!.points.fill(POINTS, 0, 1),
    'another grid': ({ kept }) => Object.assign(kept[0]!, { of: POINTS + 1 }),
    'another number': ({ tensors }) => tensors.boxes!.data.fill(0.5, 0, 1),
    'no boxes': ({ tensors }) => delete tensors.boxes,
    'everything, always': kept => Object.assign(kept, right(-Infinity)),
  };
  for (const [what, change] of Object.entries(wrong)) {
    const run = async (floor: number) => {
      const kept = right(floor);
      change(kept);
      return kept;
    };
    assert.equal(await choosesRight(run, choice, outputs, 1), false, what);
  }
});
