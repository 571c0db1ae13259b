import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTinyService } from '../support/with-tiny-service.ts';

/** Long enough that a busy machine answers a picture within it. */
const DELAY_MS = 1500;

test('SIGTERM with DRAIN_DELAY_MS: not ready at once, pictures are answered until it is over, and then it ends', async () => {
  await withTinyService({ DRAIN_DELAY_MS: `${DELAY_MS}` }, async service => {
    const picture = await readFile('samples/cat.jpg');
    const since = performance.now();
    const ended = service.stop();
    const readiness = async () => (await fetch(`${service.url}/health/ready`)).status;
    while ((await readiness()) === 200) await sleep(5);
    assert.equal(await readiness(), 503);
    const answer = await fetch(`${service.url}/detect`, { method: 'POST', body: picture });
    assert.equal(answer.status, 200, await answer.text());
    assert.equal(await ended, 0);
    const took = performance.now() - since;
    assert.ok(took >= DELAY_MS, `ended after ${took} ms`);
  });
});
