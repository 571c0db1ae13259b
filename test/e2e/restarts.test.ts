import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { pictureRequests } from '../../bench/load/picture-requests.ts';
import { measureRestarts } from '../../bench/measure-restarts.ts';
import { HAPROXY } from '../../bench/start-haproxy.ts';
import { tinyModels } from '../support/with-tiny-service.ts';

const DELAY_MS = 2000;
const DRAIN_MS = 10_000;
/** A picture takes long enough that one is inside whenever a service is told to stop. */
const SLOW_MS = 300;

const skip = existsSync(HAPROXY) ? false : `${HAPROXY} is not there (Debian package haproxy)`;

/** The short form of `npm run bench:restarts`. */
test('two services behind HAProxy, restarted in turn under load: not one request fails', { skip }, async () => {
  const models = await tinyModels(SLOW_MS);
  try {
    const times = { DRAIN_DELAY_MS: `${DELAY_MS}`, DRAIN_TIMEOUT_MS: `${DRAIN_MS}`, DEADLINE_MS: '60000' };
    // Batches, so that one service alone answers all of it.
    const env = { ...models.env, ...times, MAX_BATCH: '16', QUEUE_CAPACITY: '1000' };
    const { answers, restarts } = await measureRestarts(await pictureRequests('samples', 'raw'), 10, env);
    console.log(JSON.stringify({ answers, restarts }));
    assert.deepEqual(Object.keys(answers), ['200']);
    for (const { exitCode, stopMs, answeredAfter } of restarts) {
      assert.equal(exitCode, 0);
      assert.ok(stopMs >= DELAY_MS, `stopped after ${stopMs} ms, before the delay was over`);
      assert.ok(stopMs <= DELAY_MS + DRAIN_MS + 1000, `stopped after ${stopMs} ms`);
      assert.ok(answeredAfter > 0, 'the restarted service is used again');
    }
  } finally {
    await models.remove();
  }
});
