import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp } from '../support/test-app.ts';
import { DASHBOARD } from './deployed-files.ts';

/** What Grafana would silently show as an empty or broken panel. That expressions have data: prometheus.test.ts. */

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own notation
const SOURCE = '${datasource}';

const { panels, templating, annotations } = DASHBOARD;
const plots = panels.filter(({ type }) => type !== 'row');

test('panels have numbers and titles of their own, and lie beside each other in 24 columns', () => {
  assert.ok(plots.length > 20);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
  const taken = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    assert.ok(gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, title);
    for (let row = gridPos.y; row < gridPos.y + gridPos.h; row++) {
      for (let column = gridPos.x; column < gridPos.x + gridPos.w; column++) {
        assert.equal(taken.get(`${row},${column}`), undefined, `${title} lies on another panel`);
        taken.set(`${row},${column}`, title);
      }
    }
  }
});

test('every panel asks the data source that was chosen, and only with variables that are there', () => {
  const known = ['__rate_interval', ...templating.list.map(({ name }) => name)];
  assert.deepEqual(
    templating.list.map(({ name }) => name),
    ['datasource', 'job', 'namespace', 'instance', 'model'],
  );
  for (const { title, datasource, targets = [] } of plots) {
    assert.equal(datasource?.uid, SOURCE, title);
    assert.ok(targets.length > 0, `${title} asks nothing`);
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
    for (const { expr, datasource: source } of targets) {
      assert.equal(source.uid, SOURCE, title);
      for (const [, name] of expr.matchAll(/\$\{?(\w+)/g)) assert.ok(known.includes(name!), `${title}: $${name}`);
    }
  }
});

test('staging stays out of what production shows: everything asks for the namespaces that were chosen', () => {
  const [job, namespace, ...others] = templating.list.filter(({ query }) => typeof query !== 'string');
  assert.deepEqual([job?.name, namespace?.name], ['job', 'namespace']);
  const queries = others.map(({ query }) => (query as { query: string }).query);
  const panelsAsk = plots.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const all = [...queries, ...panelsAsk, ...annotations.list.map(({ expr }) => expr)];
  const matchers = all.flatMap(text => [...text.matchAll(/\{([^{}]*)\}/g)].map(([, inside]) => inside!));
  assert.ok(matchers.length >= all.length);
  // Where targets have no such label, "All" must find them all the same: nothing is as good as anything for `.*`.
  assert.equal(namespace?.allValue, '.*');
  for (const inside of matchers) assert.match(inside, /^job="\$job",namespace=~"\$namespace"/);
});

test('it shows every metric of the service, and how far scores and uncertainty have drifted', async () => {
  const all = [
    ...templating.list.map(({ query }) => JSON.stringify(query)),
    ...plots.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ].join('\n');
  const { metrics } = await createTestApp();
  const names = metrics.registry
    .getMetricsAsArray()
    .map(({ name }) => name)
    .filter(name => name.startsWith('gfl_'));
  assert.ok(names.length > 20, 'the metrics were not found');
  for (const name of names) assert.match(all, new RegExp(`\\b${name}(?:_bucket|_sum|_count)?\\b`), name);
  for (const what of ['detection_score', 'edge_uncertainty_pixels']) {
    for (const before of ['1d', '1w']) assert.ok(all.includes(`gfl_${what}:distance_${before}`), `${what}, ${before}`);
  }
});
