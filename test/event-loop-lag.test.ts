import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { collectProcessMetrics } from '../src/event-loop-lag.ts';
import { cpuSeconds } from '../src/proc/proc-files.ts';

async function lags(registry: Registry): Promise<Record<string, number>> {
  const text = await registry.metrics();
  const found = text.matchAll(/^nodejs_eventloop_lag_(\w+)_seconds (\S+)$/gm);
  return Object.fromEntries([...found].map(([, measure, value]) => [measure!, Number(value)]));
}

const MEASURES = ['max', 'mean', 'min', 'p50', 'p90', 'p99', 'stddev'];

function hold(ms: number): void {
  for (const start = performance.now(); performance.now() - start < ms; );
}

test('how late the event loop comes is measured from scrape to scrape, without the time between two looks', async t => {
  const registry = new Registry();
  collectProcessMetrics(registry);
  const first = await lags(registry);
  assert.deepEqual(first, Object.fromEntries(MEASURES.map(measure => [measure, 0])), 'nothing was seen yet');

  await sleep(60);
  hold(400);
  await sleep(200);
  const held = await lags(registry);
  await sleep(400);
  const after = await lags(registry);
  t.diagnostic(`held up for 0.4 s: ${JSON.stringify(held)}; then ${JSON.stringify(after)}`);
  // From when a look was due.
  assert.ok(held.max! > 0.3 && held.max! < 0.7);
  assert.ok(held.p50! < 0.1 && held.min! < 0.03 && held.mean! > held.min! && held.stddev! > 0.05);
  assert.ok(after.max! < held.max!, 'a scrape starts afresh');
  assert.deepEqual(Object.keys(after).sort(), MEASURES);
});

test('looking at it takes no CPU time to speak of', { skip: !existsSync('/proc/self/stat') }, async t => {
  const module = new URL('../src/event-loop-lag.js', import.meta.url);
  const script = `
    import { Registry } from 'prom-client';
    import { collectProcessMetrics } from '${module}';
    collectProcessMetrics(new Registry());
    setInterval(() => {}, 1000);
    console.log('there');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  await once(child.stdout, 'data');
  const switches = async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)![1]);
  };
  await sleep(500);
  const [before, spent] = [await switches(), cpuSeconds(`/proc/${child.pid}/stat`)!];
  await sleep(2000);
  const woken = (await switches()) - before;
  t.diagnostic(`woken ${woken} times in 2 s, ${cpuSeconds(`/proc/${child.pid}/stat`)! - spent} s of CPU`);
  // 40 looks; every 10 ms they were 200.
  assert.ok(woken < 100);
});
