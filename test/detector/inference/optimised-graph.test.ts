import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { channelBlock, cpuKind } from '../../../src/detector/inference/cpu-kind.ts';
import { noiseTensor } from '../../../src/detector/inference/noise-tensor.ts';
import { findOptimised, makeOptimised } from '../../../src/detector/inference/optimised-graph.ts';
import { largestDifference, TOLERANCE } from '../../../src/detector/inference/same-outputs.ts';
import { type Graph, openSession } from '../../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel } from '../../../src/onnx/model.ts';
import { makeNode } from '../../../src/onnx/node.ts';
import { floatTensor } from '../../../src/onnx/tensor.ts';
import { makeValue } from '../../../src/onnx/value.ts';

const skip = channelBlock(await cpuKind()) === undefined && 'this CPU has neither AVX2 nor AVX-512';

const USE = {
  graphSha256: 'a graph',
  input: { tensor: 'x', width: 320, height: 256 },
  trial: { width: 160, height: 128 },
  batches: true,
  choice: undefined,
};

/** Of a megabyte and more. */
function wideConvolutions(): Uint8Array {
  const weights = (name: string, inputs: number) =>
    floatTensor(
      name,
      [256, inputs, 3, 3],
      noiseTensor(256 * inputs * 9).map(value => (value * 0.8) / Math.sqrt(inputs * 9)),
    );
  const pads = { ints: [1, 1, 1, 1] };
  const graph = makeGraph({
    name: 'network',
    inputs: [makeValue('x', 'float', ['n', 3, 'h', 'w'])],
    outputs: [makeValue('y', 'float', ['n', 256, 'h2', 'w2'])],
    nodes: [
      makeNode('Conv', ['x', 'first'], ['a'], { pads, strides: { ints: [4, 4] } }),
      makeNode('Conv', ['a', 'w'], ['b'], { pads }),
      makeNode('Relu', ['b'], ['y']),
    ],
    initializers: [weights('first', 3), weights('w', 256)],
  });
  const model = makeModel({ graph, producer: { name: 'test', version: '1' } });
  model.opsetImport[0]!.version = 11n;
  return encodeModel(model);
}

test('a graph of the usual operator set with wide 3x3 convolutions is kept rewritten, and right at its full size', {
  skip,
}, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-optimised-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bytes = wideConvolutions();
  const abandoned = path.join(folder, 'draft-elsewhere-1-abcdef');
  await mkdir(abandoned);
  await utimes(abandoned, 0, 0);
  const found = await makeOptimised(folder, USE, bytes);
  assert.ok(found !== undefined && found.note === undefined);
  const made = found.graph;
  assert.deepEqual(await readdir(folder), [path.basename(path.dirname(made.path))], 'no draft is left');
  assert.deepEqual(await findOptimised(folder, USE), made);
  const nodes = (await readFile(made.path)).toString('latin1');
  assert.ok(nodes.includes('gfl-serve/winograd/'), 'its convolutions are rewritten');

  const outputsOf = async (of: Graph) => {
    const session = await openSession(of, { provider: 'cpu', threads: 1 });
    const x = noiseTensor(2 * 3 * 256 * 320);
    return session.run('x', x, [2, 3, 256, 320]).finally(() => session.close());
  };
  const apart = largestDifference(await outputsOf(bytes), await outputsOf(made));
  t.diagnostic(`at most ${apart} apart (tolerance ${TOLERANCE})`);
  assert.ok(apart > 0 && apart <= TOLERANCE);
});

test('a graph of small weights alone is kept, too', { skip }, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-optimised-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const numbers = Object.entries({ three: 3, zero: 0, six: 6 });
  const graph = makeGraph({
    // Hard-swish, which is said in other words.
    name: 'network',
    inputs: [makeValue('x', 'float', ['n', 3, 'h', 'w'])],
    outputs: [makeValue('y', 'float', ['n', 3, 'h', 'w'])],
    nodes: [
      makeNode('Add', ['x', 'three'], ['a']),
      makeNode('Clip', ['a', 'zero', 'six'], ['b']),
      makeNode('Mul', ['x', 'b'], ['c']),
      makeNode('Div', ['c', 'six'], ['y']),
    ],
    initializers: numbers.map(([name, value]) => floatTensor(name, [], Float32Array.of(value))),
  });
  const bytes = encodeModel(makeModel({ graph, producer: { name: 'test', version: '1' } }));
  const found = await makeOptimised(folder, USE, bytes);
  assert.ok(found !== undefined && found.note === undefined);
  assert.deepEqual(await findOptimised(folder, USE), found.graph);
});

test('a small graph of which nothing is said otherwise is not kept', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-optimised-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const graph = makeGraph({
    name: 'network',
    inputs: [makeValue('x', 'float', ['n', 3, 'h', 'w'])],
    outputs: [makeValue('y', 'float', ['n', 3, 'h', 'w'])],
    nodes: [makeNode('Relu', ['x'], ['y'])],
    initializers: [],
  });
  const bytes = encodeModel(makeModel({ graph, producer: { name: 'test', version: '1' } }));
  assert.equal(await makeOptimised(folder, USE, bytes), undefined);
  assert.deepEqual(await readdir(folder), []);
});

test('a graph that is being made is not made a second time: its entry is waited for', {
  skip: process.platform !== 'linux' && 'only Linux tells when a process started',
}, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-optimised-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bytes = wideConvolutions();
  const make = () => makeOptimised(folder, USE, bytes);
  const drafts = new Set<string>();
  const look = async () => {
    for (const name of await readdir(folder)) if (name.startsWith('draft-')) drafts.add(name);
  };
  const first = make();
  while (drafts.size === 0) await look();
  let areMade = false;
  const both = Promise.all([first, make()]).finally(() => {
    areMade = true;
  });
  while (!areMade) await look();
  const [made, taken] = await both;
  assert.ok(made !== undefined);
  assert.deepEqual(taken?.graph, made.graph);
  assert.equal(drafts.size, 1);
});
