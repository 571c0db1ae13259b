import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Detector, Provider } from '../../src/detector/index.ts';
import { warmUp } from '../../src/engine/warm-up.ts';

const cases: Record<string, { provider: Provider; selfCheck: boolean; shapes?: string[]; batches: string[] }> = {
  'CPU: one run': { provider: 'cpu', selfCheck: false, batches: ['lying 1'] },
  'CPU: the self-check was one': { provider: 'cpu', selfCheck: true, batches: [] },
  'CUDA: every batch size': { provider: 'cuda', selfCheck: true, batches: ['lying 1', 'lying 2', 'lying 3'] },
  'CUDA: every batch size of every size of the input': {
    ...{ provider: 'cuda', selfCheck: true, shapes: ['lying', 'standing'] },
    batches: ['lying 1', 'lying 2', 'lying 3', 'standing 1', 'standing 2', 'standing 3'],
  },
};

for (const [name, { provider, selfCheck, shapes = ['lying', 'lying'], batches }] of Object.entries(cases)) {
  test(name, async () => {
    const ran: string[] = [];
    let prepared = 0;
    const detector = {
      provider,
      model: { manifest: { selfCheck: selfCheck ? {} : undefined } },
      prepare: async () => ({ shapeKey: shapes[prepared++] }),
      run: async (pictures: { shapeKey: string }[]) => ran.push(`${pictures[0]!.shapeKey} ${pictures.length}`),
    };
    await warmUp(detector as unknown as Detector, 3);
    assert.deepEqual(ran, batches);
  });
}
