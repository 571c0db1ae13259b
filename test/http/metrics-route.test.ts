import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { ServiceError } from '../../src/errors.ts';
import { JPEG_HEAD, multipart } from '../support/pictures.ts';
import { createTestApp, type TestService } from '../support/test-app.ts';

const image = { headers: { 'content-type': 'image/jpeg' }, payload: JPEG_HEAD };

/** The samples of the service's own metrics, without buckets. */
async function samples({ app }: TestService): Promise<Record<string, number>> {
  const { body } = await app.inject('/metrics');
  const lines = body.split('\n').filter(line => line.startsWith('gfl_') && !line.includes('_bucket{'));
  return Object.fromEntries(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('a picture is counted in every metric that describes it', async () => {
  const service = await createTestApp();
  await service.app.inject({ method: 'POST', url: '/detect?include=timings', ...image });
  const found = await samples(service);
  const request = '{route="/detect",method="POST",status="200"}';
  const expected = {
    [`gfl_http_requests_total${request}`]: 1,
    [`gfl_http_request_duration_seconds_count${request}`]: 1,
    'gfl_images_total{model="tiny",outcome="ok"}': 1,
    'gfl_batch_size_sum{model="tiny"}': 1,
    'gfl_detections_per_image_sum{model="tiny"}': 2,
    'gfl_detections_per_image_count{model="tiny"}': 1,
    'gfl_detection_score_count{model="tiny"}': 2,
    'gfl_edge_uncertainty_pixels_count{model="tiny"}': 4,
    'gfl_stage_duration_seconds_sum{model="tiny",stage="image"}': 4.1 / 1000,
    'gfl_stage_duration_seconds_sum{model="tiny",stage="tensor"}': 1.25 / 1000,
    'gfl_stage_duration_seconds_sum{model="tiny",stage="inference"}': 41 / 1000,
    'gfl_stage_duration_seconds_sum{model="tiny",stage="gfl"}': 0.6 / 1000,
    'gfl_stage_duration_seconds_sum{model="tiny",stage="nms"}': 0.1 / 1000,
    'gfl_stage_duration_seconds_count{model="tiny",stage="queue"}': 1,
    gfl_queue_depth: 0,
    gfl_queue_capacity: 64,
    gfl_queue_fill_ratio: 0,
    gfl_in_flight: 0,
    'gfl_engines{state="ready"}': 2,
    'gfl_engines{state="busy"}': 0,
    'gfl_engines{state="starting"}': 0,
    'gfl_engines{state="stopped"}': 0,
    [`gfl_model_info{model="tiny",version="1",provider="cpu",sha256="${'ab'.repeat(32)}"}`]: 1,
  };
  for (const [sample, value] of Object.entries(expected)) assert.equal(found[sample], value, sample);
});

test('waiting and working pictures show in the gauges', async () => {
  const service = await createTestApp();
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const { answer } = service.pool;
  service.pool.answer = async (...job) => {
    await held;
    return answer(...job);
  };
  const three = [1, 2, 3].map(() => service.app.inject({ method: 'POST', url: '/detect', ...image }));
  while (service.admission.depth < 1) await new Promise(setImmediate);
  const found = await samples(service);
  assert.equal(found.gfl_in_flight, 2, 'as many as the pool has slots');
  assert.equal(found.gfl_queue_depth, 1);
  assert.equal(found.gfl_queue_fill_ratio, 1 / 64);
  assert.equal(found['gfl_engines{state="busy"}'], 2);
  assert.equal(found.gfl_buffered_bytes, 3 * image.payload.length);
  release();
  await Promise.all(three);
  while ((await samples(service)).gfl_buffered_bytes !== 0) await new Promise(setImmediate);
});

test('failures are counted by their code, refusals by their reason', async () => {
  const service = await createTestApp();
  service.pool.answer = async () => {
    throw new ServiceError('unprocessable_image', 'The picture does not decode.');
  };
  await service.app.inject({ method: 'POST', url: '/detect', ...image });
  service.pool.alive = false;
  await service.app.inject({ method: 'POST', url: '/detect', ...image });
  const found = await samples(service);
  assert.equal(found['gfl_images_total{model="tiny",outcome="unprocessable_image"}'], 1);
  assert.equal(found['gfl_rejected_total{reason="no_engine"}'], 1);
  assert.equal(found['gfl_http_requests_total{route="/detect",method="POST",status="422"}'], 1);
  assert.equal(found['gfl_http_requests_total{route="/detect",method="POST",status="503"}'], 1);
});

const post = { method: 'POST', url: '/detect', ...image } as const;
const batch = () => {
  const { headers, body } = multipart(Array(4).fill({ name: 'image', filename: 'a.jpg', content: JPEG_HEAD }));
  return { method: 'POST', url: '/detect/batch', headers, payload: body } as const;
};
const annotated = { ...post, headers: { ...image.headers, accept: 'image/png' } };

/** Pictures stay in the engines, of which there are two slots, and one more may wait. */
const BUSY = { QUEUE_CAPACITY: '1', DEADLINE_MS: '2000' };
async function keepBusy({ app, pool, admission }: TestService, pictures: number): Promise<void> {
  pool.answer = () => new Promise(() => {});
  for (let i = 0; i < pictures; i++) void app.inject(post);
  while (admission.inFlight + admission.depth < pictures) await new Promise(setImmediate);
}

const REFUSALS: [
  name: string,
  reason: string,
  env: Record<string, string>,
  bring: (service: TestService) => unknown,
  asked?: InjectOptions,
][] = [
  ['no engine', 'no_engine', {}, ({ pool }) => (pool.alive = false)],
  ['engines that die and die', 'crash_loop', {}, ({ pool }) => Object.assign(pool, { alive: false, looping: 1 })],
  ['no model yet', 'starting', {}, ({ pool }) => (pool.models = [])],
  ['a stop', 'draining', {}, ({ admission }) => void admission.drain()],
  ['a full queue, before the body', 'queue_full', BUSY, service => keepBusy(service, 3)],
  ['a full queue, of a batch', 'queue_full', BUSY, service => keepBusy(service, 0), batch()],
  [
    'too many to be annotated',
    'queue_full',
    BUSY,
    async service => {
      await keepBusy(service, 0);
      void service.app.inject(annotated);
      while (service.pool.jobs.length < 1) await new Promise(setImmediate);
    },
    annotated,
  ],
  ['the deadline', 'deadline', { DEADLINE_MS: '20' }, service => keepBusy(service, 0)],
];

for (const [name, reason, env, bring, asked = post as InjectOptions] of REFUSALS) {
  test(`a picture that is refused for ${name} is counted once, as ${reason}`, async () => {
    const service = await createTestApp({ env });
    await bring(service);
    const ask = service.app.inject(asked);
    // Of the batch some wait for ever: what is refused is refused at once.
    if (asked === post || asked === annotated) await ask;
    else while (service.admission.depth < 1) await new Promise(setImmediate);
    const found = Object.entries(await samples(service)).filter(([sample]) => sample.startsWith('gfl_rejected_total'));
    assert.deepEqual(found, [[`gfl_rejected_total{reason="${reason}"}`, 1]]);
  });
}

test('unknown paths share one route label: what a scanner asks for makes no new series', async () => {
  const service = await createTestApp();
  for (const url of ['/a', '/b?c=d', '/wp-login.php', '/%zz']) await service.app.inject(url);
  const found = await samples(service);
  const routes = Object.keys(found).filter(name => name.startsWith('gfl_http_requests_total'));
  assert.deepEqual(routes.sort(), [
    'gfl_http_requests_total{route="unmatched",method="GET",status="400"}',
    'gfl_http_requests_total{route="unmatched",method="GET",status="404"}',
  ]);
  assert.equal(found['gfl_http_requests_total{route="unmatched",method="GET",status="404"}'], 3);
});
