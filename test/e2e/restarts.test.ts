import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { pictureRequests } from '../../bench/load/picture-requests.ts';
import { measureRestarts } from '../../bench/measure-restarts.ts';
import { HAPROXY } from '../../bench/start-haproxy.ts';
import { tinyModels } from '../support/with-tiny-service.ts';

const skip = existsSync(HAPROXY) ? false : `${HAPROXY} is not there (Debian package haproxy)`;

/** The short form of `npm run bench:restarts`. */
test('two services behind HAProxy, restarted in turn under load: not one request fails', { skip }, async () => {
  const models = await tinyModels();
  try {
    const env = { ...models.env, DRAIN_DELAY_MS: '2000', DEADLINE_MS: '60000', QUEUE_CAPACITY: '1000' };
    const { answers, restarts } = await measureRestarts(await pictureRequests('samples', 'raw'), 8, env);
    console.log(JSON.stringify({ answers, restarts }));
    assert.deepEqual(Object.keys(answers), ['200']);
    for (const { exitCode, answeredAfter } of restarts) {
      assert.equal(exitCode, 0);
      assert.ok(answeredAfter > 0, 'the restarted service is used again');
    }
  } finally {
    await models.remove();
  }
});
