import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { leastCpu } from '../../../src/detector/inference/least-cpu.ts';

/** CPU time, not time: whatever else the machine does. */
function compute(ms: number): void {
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    if (user + system >= ms * 1000) return;
  }
}

test('a run that waits takes no more than one that does not; the least of each counts, in turns', async () => {
  const turns: string[] = [];
  const waits = async () => {
    turns.push('waits');
    compute(turns.length === 1 ? 40 : 10);
    await sleep(100);
  };
  const computes = async () => {
    turns.push('computes');
    compute(30);
  };
  const [ofWaits, ofComputes] = await leastCpu([waits, computes], { most: 3, ms: 10_000 });
  assert.deepEqual(turns, ['waits', 'computes', 'waits', 'computes', 'waits', 'computes']);
  assert.ok(ofWaits! >= 10_000 && ofComputes! >= 30_000, `${ofWaits} and ${ofComputes} us`);
  assert.ok(ofWaits! < ofComputes!, `${ofWaits} and ${ofComputes} us`);
});

test('no round is begun after its time, but for the first', async () => {
  let runs = 0;
  await leastCpu([async () => runs++], { most: 5, ms: 0 });
  assert.equal(runs, 1);
});
