import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noiseTensor } from '../../../src/detector/inference/noise-tensor.ts';
import { openSession, type Session } from '../../../src/detector/inference/session.ts';
import { openWideSession } from '../../../src/detector/inference/wide-session.ts';
import { encodeModel } from '../../../src/onnx/model.ts';
import { BGR, familyGraph } from '../../support/family-graph.ts';

const graph = encodeModel(familyGraph({ normalisation: BGR, strides: [8, 16], bins: 8, priorOffset: 0.5 }));
const input = { tensor: 'images', width: 64, height: 64 };
const noise = (side: number) => ['images', noiseTensor(3 * side * side), [1, 3, side, side]] as const;
const open = () => openSession(graph, { provider: 'cpu', threads: 1 });

test('wide session: with more threads, and the same outputs', async () => {
  const narrow = await open();
  const wide = await openWideSession(graph, 2, narrow, input);
  assert.ok(wide !== undefined && wide !== narrow);
  assert.deepEqual(await wide.run(...noise(64)), await narrow.run(...noise(64)));
  await Promise.all([wide.close(), narrow.close()]);
});

test('wide session: none where the last bit of an output differs', async () => {
  const session = await open();
  const off: Session = {
    ...session,
    async run(...given) {
      const outputs = await session.run(...given);
      const { data } = Object.values(outputs)[0]!;
      new Int32Array(data.buffer, data.byteOffset, data.length)[data.length - 1]! ^= 1;
      return outputs;
    },
  };
  assert.equal(await openWideSession(graph, 3, off, input), undefined);
  await session.close();
});
