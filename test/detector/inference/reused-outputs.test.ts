import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noiseTensor } from '../../../src/detector/inference/noise-tensor.ts';
import { reuseOutputs } from '../../../src/detector/inference/reused-outputs.ts';
import { openSession } from '../../../src/detector/inference/session.ts';
import { encodeModel } from '../../../src/onnx/model.ts';
import { BGR, familyGraph } from '../../support/family-graph.ts';

const graph = encodeModel(familyGraph({ normalisation: BGR, strides: [8, 16], bins: 8, priorOffset: 0.5 }));
const noise = (side: number) => ['images', noiseTensor(3 * side * side), [1, 3, side, side]] as const;

test('what a plain run gives, in any order of shapes, and only what is asked for once a shape is known', async () => {
  const session = await openSession(graph, { provider: 'cpu', threads: 1 });
  const names = session.outputs.map(({ name }) => name).slice(0, 2);
  const run = reuseOutputs(session, names);
  let memory: ArrayBufferLike | undefined;
  for (const [round, side] of [64, 96, 64, 32, 96, 64].entries()) {
    const expected = await session.run(...noise(side));
    const outputs = await run(...noise(side));
    for (const name of names) assert.deepEqual(outputs[name], expected[name]);
    if ([2, 4, 5].includes(round)) assert.deepEqual(Object.keys(outputs), names);
    if (round === 4) memory = outputs[names[0]!]!.data.buffer;
    if (round === 5) assert.equal(outputs[names[0]!]!.data.buffer, memory);
  }
  await session.close();
});
