import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../../src/errors.ts';
import { JPEG_HEAD } from '../support/pictures.ts';
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
  release();
  await Promise.all(three);
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
