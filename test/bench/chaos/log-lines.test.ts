import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { followLog } from '../../../bench/chaos/log-lines.ts';
import type { RunningService } from '../../../bench/start-service.ts';

test('an engine that gets no memory is noted when it says so, and what nobody expects is kept', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const log = followLog({ process: { stdout, stderr } } as unknown as RunningService, 2);
  const lines = [
    { level: 50, time: 1000, engine: 1, detail: 'out of memory', msg: 'engine short of memory' },
    { level: 50, time: 2000, engine: 1, reason: 'out_of_memory', msg: 'engine died; replacing it' },
    { level: 50, time: 3000, msg: 'something else' },
  ];
  stdout.end(lines.map(line => `${JSON.stringify(line)}\n`).join(''));
  await once(stdout, 'close');
  assert.deepEqual([log.shortagesWithin(900, 1100), log.shortagesWithin(1100, 9000)], [1, 0]);
  assert.equal(log.deathsWithin(0, 9000).length, 1);
  assert.deepEqual(log.unexpected, [JSON.stringify(lines[2])]);
});
