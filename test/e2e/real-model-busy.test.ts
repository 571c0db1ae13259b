import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../bench/percentile.ts';
import { type RunningService, startService } from '../../bench/start-service.ts';

/** The real service process with the real default model while its engines have all they can do: by the clock. */

const SAMPLE = readFileSync('samples/astronaut.jpg');

let service: RunningService;
before(async () => {
  service = await startService({ QUEUE_CAPACITY: '64' });
});
after(async () => {
  assert.equal(await service.stop(), 0, 'the service did not stop cleanly');
});

function detect(): Promise<Response> {
  const headers = { 'content-type': 'application/octet-stream' };
  return fetch(`${service.url}/detect`, { method: 'POST', body: SAMPLE, headers });
}

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
      const response = await detect();
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
  const refused: { code?: string }[] = [];
  const load = Array.from({ length: 8 }, async () => {
    while (!stop) {
      const response = await detect();
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      const body = (await response.json()) as { code?: string };
      if (response.status !== 200) refused.push(body);
    }
  });
  await sleep(700);
  const victim = before[0]!;
  process.kill(victim, 'SIGKILL');
  const killed = performance.now();
  while (!(await detect()).ok) await sleep(20);
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
