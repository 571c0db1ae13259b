import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { RESTART_REASONS } from '../src/engine/pool-types.ts';
import { createMetrics, STAGES } from '../src/metrics.ts';
import { createTestApp } from './support/test-app.ts';

/** DESIGN.md section 5 as a table, and connections: what dashboards and alerts are written against. */
const CONTRACT: Record<string, [type: string, labels: string[]]> = {
  gfl_http_requests_total: ['counter', ['route', 'method', 'status']],
  gfl_http_request_duration_seconds: ['histogram', ['route', 'method', 'status']],
  gfl_stage_duration_seconds: ['histogram', ['model', 'stage']],
  gfl_images_total: ['counter', ['model', 'outcome']],
  gfl_rejected_total: ['counter', ['reason']],
  gfl_batch_size: ['histogram', ['model']],
  gfl_queue_depth: ['gauge', []],
  gfl_queue_capacity: ['gauge', []],
  gfl_queue_fill_ratio: ['gauge', []],
  gfl_in_flight: ['gauge', []],
  gfl_buffered_bytes: ['gauge', []],
  gfl_engines: ['gauge', ['state']],
  gfl_engine_cpu_seconds_total: ['counter', ['engine']],
  gfl_engine_resident_memory_bytes: ['gauge', ['engine']],
  gfl_engine_restarts_total: ['counter', ['reason']],
  gfl_engines_crash_looping: ['gauge', []],
  gfl_retried_images_total: ['counter', []],
  gfl_quarantined_images: ['gauge', []],
  gfl_model_info: ['gauge', ['model', 'version', 'provider', 'sha256']],
  gfl_detections_per_image: ['histogram', ['model']],
  gfl_connections: ['gauge', []],
  gfl_connections_cut_total: ['counter', []],
  gfl_detection_score: ['histogram', ['model']],
  gfl_edge_uncertainty_pixels: ['histogram', ['model']],
};

test('there are exactly these metrics, with their types and labels', async () => {
  const { metrics } = await createTestApp();
  const found = metrics.registry.getMetricsAsArray().filter(metric => metric.name.startsWith('gfl_'));
  const described = found.map(metric => {
    const { name, labelNames } = metric as unknown as { name: string; labelNames: string[] };
    return [name, [String(metric.type), [...labelNames]]];
  });
  assert.deepEqual(Object.fromEntries(described), CONTRACT);
  for (const metric of found) assert.match(metric.help, /^[A-Z].*\.$/, `${metric.name} has a sentence of help`);
});

test('CPU and memory of the engines are those of their processes', { skip: process.platform !== 'linux' }, async () => {
  const { metrics } = await createTestApp();
  const read = async (name: string) => {
    const line = (await metrics.registry.metrics()).split('\n').find(one => one.startsWith(`${name}{engine="1"}`));
    return Number(line?.split(' ').at(-1));
  };
  // Its engine is this process.
  const cpu = process.cpuUsage();
  const apart = (await read('gfl_engine_cpu_seconds_total')) - (cpu.user + cpu.system) / 1e6;
  assert.ok(Math.abs(apart) < 0.3, `${apart} s apart`);
  const memory = (await read('gfl_engine_resident_memory_bytes')) / process.memoryUsage.rss();
  assert.ok(memory > 0.9 && memory < 1.1, `${memory} of what it is`);
});

test('what happens among the engines is counted', async () => {
  const metrics = createMetrics();
  metrics.count({ type: 'restart', engine: 1, reason: 'hang' });
  metrics.count({ type: 'retry' });
  metrics.count({ type: 'refusal' });
  const text = await metrics.registry.metrics();
  assert.match(text, /^gfl_engine_restarts_total{reason="hang"} 1$/m);
  assert.match(text, /^gfl_retried_images_total 1$/m);
  assert.match(text, /^gfl_rejected_total{reason="quarantined"} 1$/m);
});

test('what alerts ask for is there at 0, and stays what it was when it is asked for again', async () => {
  const metrics = createMetrics();
  metrics.images.inc({ model: 'a', outcome: 'ok' });
  metrics.startAtZero(['a', 'b']);
  const text = await metrics.registry.metrics();
  assert.match(text, /^gfl_images_total{model="a",outcome="ok"} 1$/m);
  assert.match(text, /^gfl_images_total{model="b",outcome="internal"} 0$/m);
  for (const reason of RESTART_REASONS)
    assert.match(text, new RegExp(`^gfl_engine_restarts_total{reason="${reason}"} 0$`, 'm'));
  const rejected = [...text.matchAll(/^gfl_rejected_total{reason="(\w+)"} 0$/gm)].map(([, reason]) => reason);
  const operations = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const row = /^\| `gfl_rejected_total` .*$/m.exec(operations)![0];
  const described = [...row.matchAll(/`(\w+)`/g)].map(([, word]) => word).slice(2);
  assert.deepEqual(rejected.toSorted(), described.toSorted(), 'the reasons that docs/operations.md lists');
});

test('latency buckets span 1 ms to 30 s', () => {
  const { httpRequestDuration, stageDuration } = createMetrics();
  for (const histogram of [httpRequestDuration, stageDuration]) {
    const { upperBounds } = histogram as unknown as { upperBounds: number[] };
    assert.deepEqual([upperBounds[0], upperBounds.at(-1)], [0.001, 30]);
  }
});

test('the defaults of the process and of Node.js are there', async () => {
  const text = await createMetrics().registry.metrics();
  for (const name of ['process_resident_memory_bytes', 'process_open_fds', 'nodejs_eventloop_lag_p99_seconds']) {
    assert.match(text, new RegExp(`^${name} `, 'm'));
  }
});

test('two registries do not share anything', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.rejected.inc({ reason: 'draining' });
  assert.match(await one.registry.metrics(), /gfl_rejected_total{reason="draining"} 1/);
  assert.doesNotMatch(await other.registry.metrics(), /gfl_rejected_total{/);
});

test('stages are named as everywhere', () => {
  assert.deepEqual(STAGES, ['queue', 'image', 'tensor', 'inference', 'gfl', 'nms', 'annotate']);
});
