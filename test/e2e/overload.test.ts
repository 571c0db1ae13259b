import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureRequests } from '../../bench/load/picture-requests.ts';
import { gauge } from '../../bench/measure/watch-service.ts';
import { measureOverload } from '../../bench/measure-overload.ts';
import { slowedDown } from '../support/slowed-down.ts';
import { withTinyService } from '../support/with-tiny-service.ts';

/** The short form of `npm run bench:overload`, whose bounds are the promise; these hold on a busy machine, too. */
test('at five times the peak it answers what it can and refuses the rest at once', async () => {
  const requests = await pictureRequests('samples', 'raw');
  const env = { QUEUE_CAPACITY: '20', DEADLINE_MS: '30000' };
  const [figures, metrics] = await withTinyService(
    env,
    async service => {
      const measured = await measureOverload(service, requests, { seconds: 2, factor: 5 });
      return [measured, await (await fetch(`${service.url}/metrics`)).text()] as const;
    },
    40,
  );
  const { rounds, statuses, refusalMs, withoutRetryAfter, peakLoad, overload } = figures;
  const { peaks, goodput } = rounds[0]!;
  const ofRefusals = (series: string) => gauge(metrics, `gfl_http_request_duration_seconds_${series}`);
  const labels = 'route="/detect",method="POST",status="429"';
  const withinShare = ofRefusals(`bucket{le="0.05",${labels}}`) / ofRefusals(`count{${labels}}`);
  const grownMb = overload.memory - peakLoad.memory;
  console.log(JSON.stringify({ peaks, goodput, statuses, refusalMs, withinShare, grownMb }));
  assert.ok(goodput > 0.5 * Math.min(...peaks), `${goodput} pictures/s of ${peaks}`);
  assert.deepEqual(Object.keys(statuses).sort(), ['200', '429']);
  assert.ok(statuses['429']! > statuses['200']!);
  assert.equal(withoutRetryAfter, 0);
  assert.ok(refusalMs.p50 < 50 * slowedDown(), `half of the refusals took longer than ${refusalMs.p50} ms`);
  // By the service's own clock, which does not run while a busy machine lets the client wait.
  assert.ok(withinShare >= 0.99, `${withinShare} of the refusals took at most 50 ms`);
  assert.ok(grownMb < 150, `${grownMb} MB more than at the peak`);
  assert.ok(overload.readiness.length > 5 && overload.readiness.every(({ ready }) => ready), 'ready all the time');
  assert.ok(overload.queueDepth <= 20, `${overload.queueDepth} were waiting`);
  assert.ok(overload.inFlight <= 3, `${overload.inFlight} were in one engine`);
});
