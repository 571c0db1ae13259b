import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureRequests } from '../../bench/load/picture-requests.ts';
import { measureOverload } from '../../bench/measure-overload.ts';
import { slowedDown } from '../support/slowed-down.ts';
import { withTinyService } from '../support/with-tiny-service.ts';

/** The short form of `npm run bench:overload`, whose bounds are the promise; these hold on a busy machine, too. */
test('at five times the peak it answers what it can and refuses the rest at once', async () => {
  const requests = await pictureRequests('samples', 'raw');
  const env = { QUEUE_CAPACITY: '20', DEADLINE_MS: '30000' };
  const figures = await withTinyService(
    env,
    service => measureOverload(service, requests, { seconds: 2, factor: 5 }),
    40,
  );
  const { rounds, statuses, refusalMs, withoutRetryAfter, overload } = figures;
  const { peaks, goodput } = rounds[0]!;
  console.log(JSON.stringify({ peaks, goodput, statuses, refusalMs }));
  assert.ok(goodput > 0.5 * Math.min(...peaks), `${goodput} pictures/s of ${peaks}`);
  assert.deepEqual(Object.keys(statuses).sort(), ['200', '429']);
  assert.ok(statuses['429']! > statuses['200']!);
  assert.equal(withoutRetryAfter, 0);
  assert.ok(refusalMs.p50 < 50 * slowedDown(), `half of the refusals took longer than ${refusalMs.p50} ms`);
  assert.ok(overload.readiness.length > 5 && overload.readiness.every(({ ready }) => ready), 'ready all the time');
  assert.ok(overload.queueDepth <= 20, `${overload.queueDepth} were waiting`);
  assert.ok(overload.inFlight <= 3, `${overload.inFlight} were in one engine`);
});
