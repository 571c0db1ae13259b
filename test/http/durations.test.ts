import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { JPEG_HEAD, multipart } from '../support/pictures.ts';
import { createTestApp } from '../support/test-app.ts';

/** Of each picture in its engine. Timers of Node end up to a millisecond too soon. */
const WORK_MS = 60;
const LEAST_MS = WORK_MS - 2;
const MOST_MS = 20_000;

const image = { name: 'image', filename: 'a.jpg', content: JPEG_HEAD };
const { headers, body: form } = multipart([image]);
const ROUTES: [url: string, headers: Record<string, string>, payload: Buffer][] = [
  ['/detect', { 'content-type': 'image/jpeg' }, JPEG_HEAD],
  ['/detect/batch', headers, form],
  ['/v1/vision/detection', headers, form],
  ['/v2/models/tiny/infer', { 'inference-header-content-length': '0' }, JPEG_HEAD],
];

function assertMs(milliseconds: unknown, what: string): void {
  const isIn = typeof milliseconds === 'number' && milliseconds >= LEAST_MS && milliseconds < MOST_MS;
  assert.ok(isIn, `${what} is ${milliseconds}; expected ${LEAST_MS} to ${MOST_MS} ms`);
}

/** The clock began long ago, or a moment would pass for a duration. */
async function slowService(t: { mock: typeof import('node:test').mock }) {
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => 1e6 + now());
  const service = await createTestApp();
  const { answer } = service.pool;
  service.pool.answer = async (...job) => {
    await sleep(WORK_MS);
    return answer(...job);
  };
  return service;
}

for (const [url, headers, payload] of ROUTES) {
  test(`${url}: Server-Timing, the log line and the metric say how long it took, each in its unit`, async t => {
    const { app, metrics, logs } = await slowService(t);
    const response = await app.inject({ method: 'POST', url, headers, payload });
    assert.equal(response.statusCode, 200, response.body);
    const total = /total;dur=([\d.]+)$/.exec(String(response.headers['server-timing']))?.[1];
    assertMs(Number(total), 'Server-Timing');
    assertMs(logs.find(({ msg }) => msg === 'request')?.duration_ms, 'the log line');
    const text = await metrics.registry.metrics();
    const sum = /^gfl_http_request_duration_seconds_sum\{.*\} (\S+)$/m.exec(text)?.[1];
    assertMs(1000 * Number(sum), 'the metric');
  });
}

test('the body: total and queue in milliseconds, of DeepStack seconds and whole milliseconds', async t => {
  const { app } = await slowService(t);
  const detect = { method: 'POST', url: '/detect?include=timings', headers: { 'content-type': 'image/jpeg' } } as const;
  // The pool has two slots: the third waits for one.
  const three = await Promise.all([1, 2, 3].map(() => app.inject({ ...detect, payload: JPEG_HEAD })));
  const timings = three.map(response => response.json().timings_ms);
  for (const { total } of timings) assertMs(total, 'total');
  // It may come late to the queue, when the two others are half done.
  assert.ok(timings[2].queue >= 20 && timings[2].queue < MOST_MS, `the third waited for ${timings[2].queue} ms`);
  assert.ok(timings[2].total >= timings[2].queue + LEAST_MS);
  assert.ok(timings[0].queue < LEAST_MS, `the first waited for ${timings[0].queue} ms`);

  const answer = await app.inject({ method: 'POST', url: '/v1/vision/detection', headers, payload: form });
  const { duration, analysisRoundTripMs } = answer.json();
  assertMs(1000 * duration, 'duration');
  assertMs(analysisRoundTripMs, 'analysisRoundTripMs');
});
