import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { hasProc } from '../../bench/measure/process-tree.ts';
import { judge } from '../../bench/soak/judge.ts';
import { soak } from '../../bench/soak/soak.ts';
import { soakRequests } from '../../bench/soak/soak-requests.ts';
import { withTinyService } from '../support/with-tiny-service.ts';

const skip = hasProc ? false : 'reads /proc';
const SECONDS = 4;
const CROWD = { idle: 10, 'slow-head': 2, 'slow-body': 2, unread: 2, 'early-reset': 2, leaves: 2 };
/** Memory says nothing in seconds, and neither does the median on a busy machine: judge.test.ts holds those. */
const BOUNDS = { growth: Number.POSITIVE_INFINITY, left: 5, slower: Number.POSITIVE_INFINITY };

async function shortSoak(env: Record<string, string>): Promise<string[]> {
  const { requests } = await soakRequests();
  return withTinyService({ DEADLINE_MS: '30000', ...env }, async service => {
    const result = await soak(service, { requests, seconds: SECONDS, load: 0.3, crowd: CROWD, restMs: 1500 });
    assert.ok(result.outcomes.length > 10, `${result.outcomes.length} requests`);
    return judge(result, SECONDS, BOUNDS);
  });
}

test('a short soak: hostile input gets 4xx, the rest detections, and nothing is left', { skip }, async () => {
  assert.deepEqual(await shortSoak({}), []);
});

test('a service that leaks descriptors is found out', { skip }, async () => {
  const leak = pathToFileURL(path.join(import.meta.dirname, '../../bench/soak/leak.js'));
  const found = await shortSoak({ NODE_OPTIONS: `--import=${leak}`, SOAK_LEAK: 'descriptors' });
  assert.match(found.join(), /more descriptors after the load/);
});
