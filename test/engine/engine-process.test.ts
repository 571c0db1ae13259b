import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { createAdmission } from '../../src/admission/admission.ts';
import type { DetectOptions } from '../../src/detector/index.ts';
import type { EnginePool, PoolOptions } from '../../src/engine/pool-types.ts';
import { isAlive } from '../support/processes.ts';
import { slowedDown } from '../support/slowed-down.ts';
import { writeTinyModel } from '../support/tiny-model.ts';
import { testPool, until } from './fake-pool.ts';

/** The real engine process, on the tiny model. */

let folder: string;
let tiny: string;
let slow: string;
let picture: Buffer;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-engine-'));
  tiny = await writeTinyModel(path.join(folder, 'tiny'));
  slow = await writeTinyModel(path.join(folder, 'slow'), { name: 'slow', slowMs: 60 });
  const square = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#00ff00' } })
    .png()
    .toBuffer();
  picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#000000' } })
    .composite([{ input: square, left: 24, top: 32 }])
    .png()
    .toBuffer();
});
after(() => rm(folder, { recursive: true, force: true }));

async function started(t: TestContext, options: Partial<PoolOptions>) {
  const made = testPool(t, { entry: new URL('../../src/engine/engine-process.js', import.meta.url), ...options });
  await made.pool.start();
  await until(() => made.pool.states().ready === (options.engines ?? 1), 'all ready');
  return made;
}

const ask = (pool: EnginePool, model: string, options: DetectOptions = {}, bytes: Uint8Array = picture) =>
  pool.detect({ model, bytes, options });

test('a picture goes in, detections of the model asked for come out', async t => {
  const { pool } = await started(t, { manifestPaths: [tiny, slow] });
  assert.deepEqual(
    pool.models.map(({ name, version, provider, sha256 }) => [name, version, provider, sha256.length]),
    [
      ['tiny', '1', 'cpu', 64],
      ['slow', '1', 'cpu', 64],
    ],
  );
  for (const model of ['tiny', 'slow']) {
    const { image, detections, batchSize } = await ask(pool, model);
    assert.deepEqual(image, { width: 64, height: 64 });
    assert.deepEqual(
      detections.map(({ label }) => label),
      ['green'],
    );
    assert.equal(batchSize, 1);
  }
});

test('an annotated picture comes with the detections when it is wished for', async t => {
  const { pool } = await started(t, { manifestPaths: [tiny] });
  const annotate = { format: 'png', bands: true } as const;
  const { detections, annotated, timings } = await pool.detect({
    model: 'tiny',
    bytes: picture,
    options: {},
    annotate,
  });
  assert.equal(detections.length, 1);
  const { format, width, height } = await sharp(annotated!).metadata();
  assert.deepEqual([format, width, height], ['png', 64, 64]);
  assert.notDeepEqual(await sharp(annotated!).raw().toBuffer(), await sharp(picture).raw().toBuffer());
  assert.ok(timings.annotate! > 0);
  assert.equal((await ask(pool, 'tiny')).annotated, undefined);
});

test('a picture or an option that is refused says why, without internals', async t => {
  const { pool, restarts } = await started(t, { manifestPaths: [tiny], maxPixels: 5000 });
  const cases: [Uint8Array, DetectOptions, string, RegExp][] = [
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), {}, 'unsupported_media_type', /an SVG picture/],
    [picture.subarray(0, 60), {}, 'unprocessable_image', /does not decode/],
    [
      await sharp({ create: { width: 100, height: 51, channels: 3, background: '#123' } })
        .png()
        .toBuffer(),
      {},
      'unprocessable_image',
      /100x51 pixels; at most 5000/,
    ],
    [picture, { classes: ['unicorn'] }, 'invalid_request', /unicorn/],
  ];
  for (const [bytes, options, code, message] of cases) {
    await assert.rejects(ask(pool, 'tiny', options, bytes), { name: 'ServiceError', code, message });
  }
  assert.equal((await ask(pool, 'tiny')).detections.length, 1);
  assert.deepEqual(restarts, []);
});

test('pictures that wait while a batch runs share the next one, at most maxBatch', async t => {
  const { pool } = await started(t, { manifestPaths: [slow], maxBatch: 3 });
  const results = await Promise.all(Array.from({ length: 9 }, () => ask(pool, 'slow')));
  const sizes = results.map(result => result.batchSize);
  t.diagnostic(`batch sizes ${sizes.join()}`);
  assert.equal(Math.max(...sizes), 3);
  assert.ok(results.every(result => result.detections[0]?.label === 'green'));
});

test('a picture nobody waits for any more is not run', async t => {
  const { pool } = await started(t, { manifestPaths: [slow], maxBatch: 1 });
  const client = new AbortController();
  const first = ask(pool, 'slow');
  const gone = [1, 2].map(() => pool.detect({ model: 'slow', bytes: picture, options: {} }, client.signal));
  client.abort(new Error('gone'));
  for (const answer of gone) await assert.rejects(answer, /gone/);
  const { timings } = await first;
  const freedMs = await until(() => pool.freeSlots() === 3, 'slots free');
  t.diagnostic(
    `an inference takes ${timings.inference.toFixed(0)} ms, two slots were free ${freedMs.toFixed(0)} ms later`,
  );
  assert.ok(freedMs < 1.5 * timings.inference, 'two inferences would have taken twice that');
});

test('kill -9 while one picture is drawn on: it is lost, those that wait for it are answered by the next engine', async t => {
  const { pool, pids, events } = await started(t, { manifestPaths: [tiny], maxPixels: 20_000_000 });
  const large = { create: { width: 4000, height: 4000, channels: 3, background: '#123456' } } as const;
  const drawn = (bytes: Uint8Array) =>
    pool.detect({ model: 'tiny', bytes, options: {}, annotate: { format: 'png', bands: true } });
  const drawing = drawn(await sharp(large).jpeg().toBuffer());
  await until(() => pool.freeSlots() === 3, 'the large one is drawn on');
  const behind = [drawn(picture), drawn(picture)];
  const lost = assert.rejects(drawing, { code: 'unavailable' });
  await until(() => pool.freeSlots() === 3, 'the others wait for that');
  process.kill(pids()[0]!, 'SIGKILL');
  await lost;
  for (const answer of behind) assert.ok((await answer).annotated);
  assert.deepEqual(events, ['retry', 'retry']);
});

const broken = {
  'no manifest': { file: undefined, expected: /load_failed.*no readable manifest/ },
  'a manifest that is wrong': { file: '{"name": "x"}', expected: /load_failed.*version/ },
};
for (const [name, { file, expected }] of Object.entries(broken)) {
  test(`start is refused with the reason: ${name}`, async t => {
    const manifest = path.join(folder, `${name}.json`);
    if (file !== undefined) await writeFile(manifest, file);
    await assert.rejects(started(t, { manifestPaths: [manifest] }), expected);
  });
}

test('PROVIDER=cuda without CUDA is refused', async t => {
  const { pool } = testPool(t, {
    entry: new URL('../../src/engine/engine-process.js', import.meta.url),
    manifestPaths: [tiny],
    provider: 'cuda',
  });
  const outcome = await pool.start().catch((error: Error) => error.message);
  if (outcome === undefined) return t.skip('CUDA is here');
  assert.match(outcome, /PROVIDER=cuda cannot be had/);
});

test('Ctrl-C and a service manager signal the whole group: the engine leaves it to its parent', async t => {
  const { pool, pids, restarts } = await started(t, { manifestPaths: [tiny] });
  process.kill(pids()[0]!, 'SIGINT');
  process.kill(pids()[0]!, 'SIGTERM');
  await new Promise(resolve => setTimeout(resolve, 100));
  assert.equal((await ask(pool, 'tiny')).detections.length, 1);
  assert.deepEqual(restarts, []);
});

test('kill -9 in the middle of a load: only its pictures fail, and the pool answers again', async t => {
  for (const engines of [1, 2]) {
    const { pool, pids, restarts } = await started(t, { manifestPaths: [slow], engines, maxBatch: 2 });
    const admission = createAdmission({ capacity: 100, deadlineMs: 20_000, freeSlots: pool.freeSlots });
    pool.onFree(admission.poke);
    let answered = 0;
    const outcomes = Array.from({ length: 40 }, async () => {
      try {
        await admission.submit(signal => pool.detect({ model: 'slow', bytes: picture, options: {} }, signal));
        answered += 1;
        return 'answered';
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    await until(() => answered >= 4, 'under way');
    process.kill(pids()[0]!, 'SIGKILL');
    const killed = performance.now();
    await until(() => !isAlive(pids()[0]!), 'dead');
    const before = answered;
    await until(() => answered > before, 'answers again');
    const answersMs = Math.round(performance.now() - killed);
    await until(() => pids().length === engines + 1, 'replaced');
    const replacedMs = Math.round(performance.now() - killed);
    const counts: Record<string, number> = {};
    for (const outcome of await Promise.all(outcomes)) counts[outcome] = (counts[outcome] ?? 0) + 1;
    t.diagnostic(
      `${engines} engine(s): ${JSON.stringify(counts)}; answers again after ${answersMs} ms, replaced after ${replacedMs} ms`,
    );
    assert.ok(answersMs < 3000 * slowedDown() && replacedMs < 3000 * slowedDown());
    // Between two batches it is at work on none: then all are answered.
    const { answered: good = 0, unavailable: lost = 0 } = counts;
    assert.equal(good + lost, 40);
    assert.ok(lost <= 6, `${lost} were lost, more than the engine held`);
    assert.deepEqual(restarts, ['killed']);
    await pool.close(1000);
    assert.deepEqual(pids().filter(isAlive), []);
  }
});
