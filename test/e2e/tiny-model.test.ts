import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { createAdmission } from '../../src/admission/admission.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createEnginePool } from '../../src/engine/pool.ts';
import type { EnginePool } from '../../src/engine/pool-types.ts';
import { buildApp } from '../../src/http/app.ts';
import type { App } from '../../src/http/app-deps.ts';
import { loadModels } from '../../src/load-models.ts';
import { createMetrics } from '../../src/metrics.ts';
import { multipart } from '../support/pictures.ts';
import { squares } from '../support/squares.ts';
import { TINY_DISTANCES, TINY_SIGMAS, tinyScore, writeTinyModel } from '../support/tiny-model.ts';

/** The real edge, queue, engine processes and detector on a graph whose detections are known by hand. */

let folder: string;
let config: Config;
let pool: EnginePool;
let app: App;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-tiny-'));
  await writeTinyModel(path.join(folder, 'tiny'), { name: 'tiny' });
  await writeTinyModel(path.join(folder, 'other'), { name: 'other', size: 128 });
  const env = { MODELS_DIR: folder, MODEL: 'tiny,other', ENGINES: '1', MAX_PIXELS: '100000', DEADLINE_MS: '20000' };
  config = readConfig(env, 2);
  const { models, manifestPaths } = await loadModels(config);
  const log = pino({ level: 'silent' });
  pool = createEnginePool({ ...config, manifestPaths, log });
  const metrics = createMetrics();
  const { queueCapacity: capacity, deadlineMs } = config;
  const admission = createAdmission({ capacity, deadlineMs, freeSlots: () => pool.freeSlots() });
  pool.onFree(() => admission.poke());
  metrics.watch(admission, pool);
  app = buildApp({ config, models, pool, admission, metrics, log });
  await pool.start();
});

after(async () => {
  await pool.close(1000);
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const detect = (payload: Buffer, query = '') => app.inject({ method: 'POST', url: `/detect${query}`, payload });

/** What a square in that column and row is detected as, in pixels of a 64x64 picture. */
function expected(label: string, class_id: number, column: number, row: number) {
  const [cx, cy] = [(column + 0.5) * 8, (row + 0.5) * 8];
  const { left, top, right, bottom } = TINY_DISTANCES;
  const box = { x1: cx - left * 8, y1: cy - top * 8, x2: cx + right * 8, y2: cy + bottom * 8 };
  const uncertainty = Object.fromEntries(Object.entries(TINY_SIGMAS).map(([edge, sigma]) => [edge, sigma * 8]));
  return { class_id, label, box, uncertainty };
}

/** 0.05 of a pixel: the two bins of an edge share all but 1e-8 of the probability, 8-bit rounding moves no cell's mean. */
function assertDetections(actual: Record<string, unknown>[], wanted: ReturnType<typeof expected>[]): void {
  assert.equal(actual.length, wanted.length, JSON.stringify(actual));
  const byClass = (a: { class_id?: unknown }, b: { class_id?: unknown }) => Number(a.class_id) - Number(b.class_id);
  const sorted = [...actual].sort(byClass);
  for (const [index, want] of [...wanted].sort(byClass).entries()) {
    const { score, ...found } = sorted[index]!;
    assert.ok(Math.abs((score as number) - tinyScore(1)) < 0.001, `score ${score}`);
    assert.deepEqual([found.class_id, found.label], [want.class_id, want.label]);
    for (const part of ['box', 'uncertainty'] as const) {
      for (const [edge, value] of Object.entries(want[part])) {
        const difference = Math.abs((found[part] as Record<string, number>)[edge]! - value);
        assert.ok(difference <= 0.05, `${part}.${edge} is off by ${difference}`);
      }
    }
  }
}

test('squares are found where they are, with the sigma of their edges', async () => {
  const picture = await squares([
    ['red', 2, 2],
    ['blue', 5, 3],
  ]);
  const response = await detect(picture);
  assert.equal(response.statusCode, 200, response.body);
  const { model, image, detections } = response.json();
  assert.deepEqual(model, { name: 'tiny', version: '1', provider: 'cpu' });
  assert.deepEqual(image, { width: 64, height: 64 });
  assertDetections(detections, [expected('red', 0, 2, 2), expected('blue', 2, 5, 3)]);
});

test('options change the answer as they say', async () => {
  const picture = await squares([
    ['red', 2, 2],
    ['green', 5, 1],
    ['blue', 5, 3],
  ]);
  const labels = async (query: string) => {
    const response = await detect(picture, query);
    assert.equal(response.statusCode, 200, response.body);
    return response
      .json()
      .detections.map(({ label }: { label: string }) => label)
      .sort();
  };
  assert.deepEqual(await labels(''), ['blue', 'green', 'red']);
  assert.deepEqual(await labels('?classes=red,2'), ['blue', 'red']);
  assert.deepEqual(await labels('?class_thresholds=green:1'), ['blue', 'red']);
  assert.deepEqual(await labels('?score_threshold=0.999'), []);
  assert.deepEqual(await labels('?max_detections=1').then(found => found.length), 1);
});

test('class_agnostic suppresses across classes', async () => {
  // Neighbours in a row overlap by two thirds of their width.
  const picture = await squares([
    ['red', 3, 3],
    ['blue', 4, 3],
  ]);
  const count = async (query: string) => (await detect(picture, query)).json().detections.length;
  assert.equal(await count('?iou_threshold=0.4'), 2);
  assert.equal(await count('?iou_threshold=0.4&class_agnostic=true'), 1);
});

test('the distribution comes out bin by bin, and gives the box again', async () => {
  const { detections } = (await detect(await squares([['red', 2, 2]]), '?include=distribution')).json();
  const { box, distribution } = detections[0];
  const mean = (bins: number[]) => bins.reduce((sum, probability, bin) => sum + probability * bin, 0);
  const { origin, bin_size } = distribution;
  const again = {
    x1: origin.x - mean(distribution.left) * bin_size.x,
    y1: origin.y - mean(distribution.top) * bin_size.y,
    x2: origin.x + mean(distribution.right) * bin_size.x,
    y2: origin.y + mean(distribution.bottom) * bin_size.y,
  };
  for (const edge of ['x1', 'y1', 'x2', 'y2'] as const) {
    assert.ok(Math.abs(again[edge] - box[edge]) <= 0.05, `${edge}: ${again[edge]} and ${box[edge]}`);
  }
});

test('another model answers when it is asked for', async () => {
  const response = await detect(await squares([['red', 2, 2]], 128), '?model=other');
  assert.equal(response.json().model.name, 'other');
  assertDetections(response.json().detections, [expected('red', 0, 2, 2)]);
});

test('a batch keeps the order of its pictures', async () => {
  const damaged = (await squares([['red', 1, 1]])).subarray(0, 100);
  const contents = [await squares([['red', 2, 2]]), damaged, await squares([['blue', 5, 3]]), await squares([])];
  const { headers, body } = multipart(contents.map((content, i) => ({ name: 'image', filename: `${i}.png`, content })));
  const response = await app.inject({ method: 'POST', url: '/detect/batch', headers, payload: body });
  assert.equal(response.statusCode, 200);
  const [red, problem, blue, none] = response.json().results;
  assertDetections(red.detections, [expected('red', 0, 2, 2)]);
  assert.equal(problem.code, 'unprocessable_image');
  assertDetections(blue.detections, [expected('blue', 2, 5, 3)]);
  assert.deepEqual(none.detections, []);
});

const BAD: [name: string, payload: () => Promise<Buffer>, status: number, code: string, detail: RegExp][] = [
  ['a cut PNG', async () => (await squares([])).subarray(0, 60), 422, 'unprocessable_image', /does not decode/],
  ['more pixels than MAX_PIXELS', () => squares([], 320), 422, 'unprocessable_image', /320x320 pixels; at most 100000/],
  [
    'a JPEG head and noise',
    async () => Buffer.from('ffd8ffe000104a464946ffff', 'hex'),
    422,
    'unprocessable_image',
    /does not decode/,
  ],
];

for (const [name, payload, status, code, detail] of BAD) {
  test(`${status} for ${name}, from the engine`, async () => {
    const response = await detect(await payload());
    assert.deepEqual([response.statusCode, response.json().code], [status, code]);
    assert.match(response.json().detail, detail);
  });
}

test('the same picture gives the same bytes, alone and among others', async () => {
  const picture = await squares([
    ['red', 2, 2],
    ['blue', 5, 3],
  ]);
  const send = () =>
    app.inject({ method: 'POST', url: '/detect', payload: picture, headers: { 'x-request-id': 'same' } });
  const bodies = await Promise.all(Array.from({ length: 8 }, async () => (await send()).body));
  assert.equal(new Set(bodies).size, 1);
});

test('the metrics and the models say what runs', async () => {
  const { body } = await app.inject('/metrics');
  assert.match(body, /gfl_model_info{model="tiny",version="1",provider="cpu",sha256="[\da-f]{64}"} 1/);
  assert.match(body, /gfl_model_info{model="other",/);
  assert.match(body, /gfl_stage_duration_seconds_count{model="tiny",stage="inference"} \d/);
  const { models } = (await app.inject('/models')).json();
  assert.deepEqual(
    models.map(({ name, provider }: { name: string; provider: string }) => [name, provider]),
    [
      ['tiny', 'cpu'],
      ['other', 'cpu'],
    ],
  );
});
