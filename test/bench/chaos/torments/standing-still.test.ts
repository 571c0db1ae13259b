import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { STANDING_STILL } from '../../../../bench/chaos/torments/standing-still.ts';
import type { Stage } from '../../../../bench/chaos/torments/torment.ts';
import { hasProc } from '../../../../bench/measure/process-tree.ts';
import { throwDice } from '../../../../fuzz/dice.ts';
import { statFields } from '../../../../src/proc/proc-files.ts';
import { until } from '../../../support/until.ts';

const skip = hasProc ? false : 'reads /proc';
const act = (name: string, stage: Stage) => STANDING_STILL.find(torment => torment.name === name)!.act(stage);

test('an engine that is to stand still for ever is not woken by what makes all stand still for a while', {
  skip,
}, async t => {
  const engines = [1, 2].map(() => spawn('sleep', ['60']));
  t.after(() => {
    for (const engine of engines) engine.kill('SIGKILL');
  });
  // Nobody listens there, and all that this process has started are its engines.
  const service = { url: 'http://127.0.0.1:1', process: { pid: process.pid } } as Stage['service'];
  const times = { hangTimeoutMs: 1000, startTimeoutMs: 1000, longestStillMs: 300 };
  const stage: Stage = {
    ...{ service, engines: 2, cacheDir: '', dice: throwDice(1, 1), forEver: new Set(), ...times },
    ...{ pauses: { add: () => {}, within: () => 0, stop: () => {} }, crowd: async () => {} },
  };
  const states = () => engines.map(({ pid }) => statFields(`/proc/${pid}/stat`)?.[0]);
  const { doomed } = await act('SIGSTOP of an engine for ever', stage);
  const still = engines.map(({ pid }) => (doomed.includes(pid!) ? 'T' : 'S'));
  assert.equal(doomed.length, 1);
  await until(() => states().join() === still.join());
  await act('SIGSTOP of all engines, then SIGCONT', stage);
  await until(() => states().includes('S'));
  await sleep(100); // or woken a moment later
  assert.deepEqual(states(), still);
});
