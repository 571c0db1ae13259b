import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { childrenOf } from '../../bench/measure/process-tree.ts';
import { type RunningService, startService } from '../../bench/start-service.ts';
import { missing } from '../support/has-tool.ts';
import { startPrometheus, until } from '../support/prometheus.ts';
import { squares } from '../support/squares.ts';
import { writeTinyModel } from '../support/tiny-model.ts';
import { ALERTS, DASHBOARD, RULES } from './deployed-files.ts';
import { shiftedHistory } from './shifted-history.ts';

/**
 * A real Prometheus, with the shipped configuration and rules, scrapes the real service, which has had good, broken and too many
 * pictures and has lost an engine. Every expression of the dashboard and the rules is then asked there: a metric, a label or a
 * value that is no longer called so gives an empty answer, and fails here.
 */

const skip = missing('prometheus', 'promtool');

/** Selectors that a healthy service cannot match, and what must be there instead. */
const CANNOT_BE_MADE: Record<string, string> = {
  'gfl_images_total{outcome="internal"}': 'gfl_images_total{outcome="ok"}', // a bug
};

let folder: string;
let service: RunningService;
let prometheus: Awaited<ReturnType<typeof startPrometheus>>;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-prometheus-'));
  await writeTinyModel(path.join(folder, 'models', 'tiny'));
  await writeTinyModel(path.join(folder, 'models', 'slow'), { name: 'slow', slowMs: 800 });
  service = await startService({
    MODELS_DIR: path.join(folder, 'models'),
    MODEL: 'tiny,slow',
    PROVIDER: 'cpu',
    ENGINES: '1',
    QUEUE_CAPACITY: '2',
    DEADLINE_MS: '600',
  });
  await traffic();
  await loseAnEngine();
  const target = new URL(service.url).host;
  const scrape = await (await fetch(`${service.url}/metrics`)).text();
  prometheus = await startPrometheus(folder, target, shiftedHistory(scrape, { job: 'gfl-serve', instance: target }));
  await until(async () => (await prometheus.query('up{job="gfl-serve"} == 1')).length > 0, 'the first scrape');
  await traffic();
  const seen = 'count_over_time(up{job="gfl-serve"}[1m]) > 3 and on (job) job_model:gfl_detection_score:distance_1w';
  await until(async () => (await prometheus.query(seen)).length > 0, 'scrapes and recordings');
});

after(async () => {
  await prometheus?.stop();
  await service?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const post = (url: string, body: string | Buffer | FormData) => fetch(`${service.url}${url}`, { method: 'POST', body });

/** Every outcome that needs no bug. */
async function traffic(): Promise<void> {
  const picture = await squares([
    ['red', 2, 2],
    ['green', 5, 5],
  ]);
  for (let i = 0; i < 5; i++) await post('/detect', picture);
  await post('/detect', 'no picture');
  await post('/detect', picture.subarray(0, 60));
  await fetch(`${service.url}/nowhere`);
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(picture)]), 'a.png');
  await post('/detect/batch', form);
  // One engine holds three, two may wait: the rest is refused, and most of what waits is late.
  await Promise.all(Array.from({ length: 8 }, () => post('/detect?model=slow', picture)));
  await until(
    async () => (await post('/detect', picture)).status === 200,
    'the engine to have worked off the slow ones',
  );
}

async function loseAnEngine(): Promise<void> {
  for (const engine of childrenOf(service.process.pid!)) process.kill(engine, 'SIGKILL');
  const ready = async () => (await fetch(`${service.url}/health/ready`)).ok;
  await until(async () => !(await ready()), 'the service to notice', 10_000);
  await post('/detect', await squares([]));
  await until(ready, 'a new engine');
}

/** A dashboard's expression as Grafana would send it. */
function filled(expression: string): string {
  return expression
    .replaceAll('$__rate_interval', '30s')
    .replaceAll('$job', 'gfl-serve')
    .replaceAll(/\$(namespace|instance|model)/g, '.*');
}

/** The vector selectors of an expression: a metric, and its matchers. */
function selectorsOf(expression: string): string[] {
  const withoutLabelLists = expression.replaceAll(/\b(by|on|group_left|ignoring) ?\([^)]*\)/g, '');
  const selector = /\b(?:(?:gfl_|process_|nodejs_|job(?:_[a-z]+)?:)[\w:]+|up)\b(?:\{[^}]*\})?/g;
  return [...withoutLabelLists.matchAll(selector)].map(([text]) => text);
}

test('the reading of selectors sees what it must', () => {
  assert.deepEqual(
    selectorsOf(
      'sum by (job, le) (rate(gfl_x_bucket{job="a",le=~"0|1"}[5m] offset 1d)) / on (job) job_model:gfl_y:z > up == 0',
    ),
    ['gfl_x_bucket{job="a",le=~"0|1"}', 'job_model:gfl_y:z', 'up'],
  );
});

test('the service is scraped, and Prometheus has nothing to say against its metrics', { skip }, async () => {
  const { activeTargets } = (await prometheus.get('/api/v1/targets')) as {
    activeTargets: { health: string; lastError: string; labels: { job: string } }[];
  };
  assert.deepEqual(
    activeTargets.map(({ health, lastError, labels }) => [labels.job, health, lastError]),
    [['gfl-serve', 'up', '']],
  );
  const input = await (await fetch(`${service.url}/metrics`)).text();
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  assert.deepEqual(
    `${stdout}${stderr}`.split('\n').filter(line => line.includes('gfl_')),
    [],
  );
});

test('Prometheus evaluates every rule without an error', { skip }, async () => {
  const { groups } = (await prometheus.get('/api/v1/rules')) as {
    groups: { rules: { name: string; health: string; lastError?: string }[] }[];
  };
  const rules = groups.flatMap(group => group.rules);
  assert.equal(rules.length, RULES.length);
  assert.deepEqual(
    rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => [name, lastError]),
    [],
  );
});

for (const rule of RULES) {
  test(`every series that ${rule.record ?? rule.alert} reads is there`, { skip }, async () => {
    const selectors = selectorsOf(rule.expr);
    assert.ok(selectors.length > 0);
    for (const selector of selectors) {
      const found = await prometheus.query(CANNOT_BE_MADE[selector] ?? selector);
      assert.ok(found.length > 0, `nothing is called ${selector}`);
    }
    if (rule.record) assert.ok((await prometheus.query(rule.expr)).length > 0, 'it records something');
  });
}

for (const { title, targets = [] } of DASHBOARD.panels) {
  for (const { refId, expr, legendFormat } of targets) {
    test(`dashboard, ${title}, ${refId}: there is something to see`, { skip }, async () => {
      const expression = filled(expr);
      for (const selector of selectorsOf(expression)) {
        assert.ok((await prometheus.query(selector)).length > 0, `nothing is called ${selector}`);
      }
      const samples = await prometheus.query(expression);
      assert.ok(
        samples.some(({ value }) => Number.isFinite(value)),
        `${expression} gives ${JSON.stringify(samples)}`,
      );
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        assert.ok(
          samples.every(({ metric }) => metric[label!]),
          `the legend's ${label} is no label of ${expression}`,
        );
      }
    });
  }
}

for (const { name, query } of DASHBOARD.templating.list) {
  if (typeof query === 'string') continue;
  test(`dashboard, variable ${name}: there is something to choose`, { skip }, async () => {
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(filled(query.query)) ?? [];
    const found = await prometheus.query(selector);
    assert.ok(found.length > 0, query.query);
    // Targets have one in Kubernetes alone; that everything is found without it, the panels have shown.
    const named = found.filter(({ metric }) => metric[label]);
    if (name !== 'namespace') assert.equal(named.length, found.length, query.query);
  });
}

for (const { name, expr } of DASHBOARD.annotations.list) {
  test(`dashboard, annotation ${name}: a valid expression`, { skip }, async () => {
    await prometheus.query(filled(expr));
  });
}

test('nothing is wrong, says Prometheus, but for what was done to the service', { skip }, async () => {
  const firing = await prometheus.query('ALERTS{alertstate="firing"}');
  const names = firing.map(({ metric }) => metric.alertname!);
  // Without `for:` an alert fires at once; with it these few seconds are too short.
  const atOnce = ALERTS.filter(rule => rule.for === undefined).map(({ alert }) => alert);
  assert.ok(
    names.every(name => atOnce.includes(name)),
    names.join(', '),
  );
  assert.ok(!names.includes('GflServeInternalErrors'), 'no bug');
});
