import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureAccuracy } from '../../bench/accuracy.ts';
import { percentile } from '../../bench/percentile.ts';
import { type RunningService, startService } from '../../bench/start-service.ts';
import { readCocoDataset } from '../../src/evaluation/coco-dataset.ts';

/** The real service process with the real default model, on real pictures. */

const SHARED = '../shared/data';
const COCO = path.join(SHARED, 'coco-val-128');
const SAMPLE = readFileSync('samples/astronaut.jpg');
const missing = (folder: string) => !existsSync(folder) && `${folder} is not there`;

interface Answer {
  image: { width: number; height: number };
  detections: {
    label: string;
    score: number;
    box: { x1: number; y1: number; x2: number; y2: number };
    uncertainty: Record<string, number>;
  }[];
  code?: string;
}

let service: RunningService;
before(async () => {
  service = await startService({ QUEUE_CAPACITY: '64' });
});
after(async () => {
  assert.equal(await service.stop(), 0, 'the service did not stop cleanly');
});

function post(
  body: NonNullable<RequestInit['body']>,
  query = '',
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${service.url}/detect${query}`, { method: 'POST', body, headers });
}

function raw(bytes: Uint8Array, query = ''): Promise<Response> {
  return post(bytes, query, { 'content-type': 'application/octet-stream' });
}

function multipart(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.set('image', new Blob([bytes]), 'picture');
  return form;
}

describe('the sample picture', () => {
  const forms: [string, () => Promise<Response>][] = [
    ['multipart', () => post(multipart(SAMPLE))],
    ['raw body', () => raw(SAMPLE)],
    [
      'JSON',
      () => post(JSON.stringify({ image: SAMPLE.toString('base64') }), '', { 'content-type': 'application/json' }),
    ],
  ];
  for (const [name, send] of forms) {
    test(`${name}: the person is found where she is, with her edges' uncertainty`, async () => {
      const response = await send();
      assert.equal(response.status, 200);
      const { image, detections } = (await response.json()) as Answer;
      const [best] = detections;
      assert.equal(best?.label, 'person');
      assert.ok(best.score > 0.6 && best.score <= 1, `score ${best.score}`);
      // As looked at, drawn on the picture: hair to the lower edge, flag to shoulder. 8 % of the side, either way.
      const near = { x1: 0.03, y1: 0.03, x2: 0.71, y2: 1 };
      for (const [edge, expected] of Object.entries(near)) {
        const size = edge.startsWith('x') ? image.width : image.height;
        const actual = best.box[edge as keyof typeof best.box] / size;
        assert.ok(Math.abs(actual - expected) < 0.08, `${edge} is at ${actual} of the side, expected ${expected}`);
      }
      for (const side of ['left', 'top', 'right', 'bottom']) assert.ok(best.uncertainty[side]! > 0, side);
    });
  }
});

test('COCO AP of the answers is that of the reference', { skip: missing(COCO) }, async () => {
  const truth = await readCocoDataset(path.join(COCO, 'annotations.json'));
  const { ap, pictures } = await measureAccuracy(service.url, path.join(COCO, 'images'), truth);
  console.log(`AP ${ap?.toFixed(4)} on ${pictures} pictures; reference/evaluate.py 0.298`);
  assert.ok(Math.abs(ap! - 0.298) <= 0.005, `AP ${ap}`);
});

/** Process ids of the engines, by the kernel's own list of the service's children. */
function enginePids(): number[] {
  const pid = service.process.pid!;
  return readdirSync(`/proc/${pid}/task`)
    .flatMap(task => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(/\s+/))
    .filter(child => child !== '')
    .map(Number);
}

test('while every engine is busy /health/live answers within 50 ms (p99)', async () => {
  let stop = false;
  let answered = 0;
  const load = Array.from({ length: 16 }, async () => {
    while (!stop) {
      const response = await raw(SAMPLE);
      await response.arrayBuffer();
      assert.equal(response.status, 200);
      answered += 1;
    }
  });
  await sleep(500);
  // A machine that others use stands still for moments, which are not the service's: one window of three has to be free of them.
  let p99 = Infinity;
  for (let window = 0; window < 3 && p99 >= 50; window++) {
    const times = await liveTimes(5000);
    p99 = percentile(times, 0.99);
    console.log(
      `/health/live under load: p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ` +
        `max ${Math.max(...times).toFixed(1)} ms of ${times.length}, while ${answered} pictures were answered`,
    );
  }
  stop = true;
  await Promise.all(load);
  assert.ok(answered > 20, 'the engines were hardly busy: this test shows nothing');
  assert.ok(p99 < 50, `p99 ${p99} ms`);
});

/** Milliseconds of each answer, one after another. */
async function liveTimes(forMs: number): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    const started = performance.now();
    const response = await fetch(`${service.url}/health/live`);
    await response.arrayBuffer();
    assert.equal(response.status, 200);
    times.push(performance.now() - started);
    await sleep(10);
  }
  return times;
}

test('kill -9 of an engine under load: only its pictures fail, and the service answers within 3 s', async () => {
  const before = enginePids();
  assert.ok(before.length >= 1, 'no engine process was found');
  let stop = false;
  const statuses: Record<string, number> = {};
  const refused: (Answer & { detail?: string })[] = [];
  const load = Array.from({ length: 8 }, async () => {
    while (!stop) {
      const response = await raw(SAMPLE);
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      const body = (await response.json()) as Answer;
      if (response.status !== 200) refused.push(body);
    }
  });
  await sleep(700);
  const victim = before[0]!;
  process.kill(victim, 'SIGKILL');
  const killed = performance.now();
  while (!(await raw(SAMPLE)).ok) await sleep(20);
  const answeredAfter = performance.now() - killed;
  let wholeAfter = Number.NaN;
  while (performance.now() - killed < 10_000) {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    const restarts = [...metrics.matchAll(/^gfl_engine_restarts_total\{[^}]*\} (\d+)/gm)].reduce(
      (n, m) => n + Number(m[1]),
      0,
    );
    const idle = /^gfl_engines\{state="ready"\} (\d+)/m.exec(metrics);
    const busy = /^gfl_engines\{state="busy"\} (\d+)/m.exec(metrics);
    if (restarts >= 1 && Number(idle?.[1] ?? 0) + Number(busy?.[1] ?? 0) === before.length) {
      wholeAfter = performance.now() - killed;
      break;
    }
    await sleep(20);
  }
  await sleep(300);
  stop = true;
  await Promise.all(load);
  console.log(
    `kill -9: statuses ${JSON.stringify(statuses)}, next answer after ${answeredAfter.toFixed(0)} ms, all engines after ${wholeAfter.toFixed(0)} ms`,
  );
  assert.ok(!enginePids().includes(victim));
  assert.ok(answeredAfter < 3000, `the next answer came after ${answeredAfter} ms`);
  // Half a second on a quiet machine; the other engine answers meanwhile, and this one may share its CPU with a whole CI.
  assert.ok(wholeAfter < 10_000, `the engine was not replaced after ${wholeAfter} ms`);
  // An engine holds four pictures at most: one running, one ready, one being decoded, one on its way.
  assert.ok(refused.length <= 4, `${refused.length} pictures failed`);
  for (const problem of refused) assert.equal(problem.code, 'unavailable');
});
