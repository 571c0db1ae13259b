import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Detector, Provider } from '../../src/detector/index.ts';
import { warmUp } from '../../src/engine/warm-up.ts';

const cases: Record<string, { provider: Provider; selfCheck: boolean; batches: number[] }> = {
  'CPU: one run': { provider: 'cpu', selfCheck: false, batches: [1] },
  'CPU: the self-check was one': { provider: 'cpu', selfCheck: true, batches: [] },
  'CUDA: every batch size': { provider: 'cuda', selfCheck: true, batches: [1, 2, 3] },
};

for (const [name, { provider, selfCheck, batches }] of Object.entries(cases)) {
  test(name, async () => {
    const ran: number[] = [];
    const detector = {
      provider,
      model: { manifest: { selfCheck: selfCheck ? {} : undefined } },
      prepare: async (bytes: Uint8Array) => ({ bytes }),
      run: async (pictures: unknown[]) => ran.push(pictures.length),
    };
    await warmUp(detector as unknown as Detector, 3);
    assert.deepEqual(ran, batches);
  });
}
