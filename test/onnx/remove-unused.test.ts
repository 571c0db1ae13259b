import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeGraph } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import { removeUnused } from '../../src/onnx/rewrite/remove-unused.ts';
import { makeValue } from '../../src/onnx/value.ts';

const value = (name: string) => makeValue(name, 'float', [1]);
const neg = (from: string, to: string) => makeNode('Neg', [from], [to]);

test('nodes go of which nothing is used, and those that only they used', () => {
  const graph = makeGraph({
    ...{ name: 'g', inputs: [value('x')], outputs: [value('y'), value('z')] },
    nodes: [
      neg('x', 'a'),
      neg('a', 'unused'),
      neg('unused', 'unused, too'),
      neg('a', 'y'),
      makeNode('Split', ['x'], ['z', 'other']),
    ],
  });
  removeUnused(graph);
  assert.deepEqual(
    graph.node.map(({ output }) => output[0]),
    ['a', 'y', 'z'],
  );
});

test('nodes stay that a branch reads, or gives', () => {
  const branch = (name: string, gives: string, nodes: ReturnType<typeof neg>[]) => ({
    graph: makeGraph({ name, inputs: [], outputs: [value(gives)], nodes }),
  });
  const inner = makeNode('If', ['condition'], ['deep'], {
    then_branch: branch('deeper', 'd', [neg('read deeper', 'd')]),
    else_branch: branch('deepest', 'given', []),
  });
  const graph = makeGraph({
    ...{ name: 'g', inputs: [value('x'), makeValue('condition', 'bool', [])], outputs: [value('y')] },
    nodes: [
      ...['read', 'read deeper', 'given', 'unused'].map(name => neg('x', name)),
      makeNode('If', ['condition'], ['y'], {
        then_branch: branch('then', 'n', [neg('read', 'n')]),
        else_branch: branch('else', 'deep', [inner]),
      }),
    ],
  });
  removeUnused(graph);
  assert.deepEqual(
    graph.node.map(({ output }) => output[0]),
    ['read', 'read deeper', 'given', 'y'],
  );
});
