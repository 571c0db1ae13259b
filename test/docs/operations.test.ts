import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ALERTS } from '../deploy/deployed-files.ts';
import { createTestApp } from '../support/test-app.ts';

/** docs/operations.md against src/metrics.ts and the rules: none more, none less. */

const page = readFileSync('docs/operations.md', 'utf8');

test('every metric is there, with its type and its labels', async () => {
  const { metrics } = await createTestApp();
  const expected = metrics.registry
    .getMetricsAsArray()
    .map(metric => metric as unknown as { name: string; type: string; labelNames: string[] })
    .filter(({ name }) => name.startsWith('gfl_'))
    .map(({ name, type, labelNames }) => [name, type, labelNames.join(' ')]);
  const rows = [...page.matchAll(/^\| `(gfl_\w+)` \| (\w+) \|([^|]*)\| ([^|]+) \|$/gm)];
  const documented = rows.map(([, name, type, labels = '']) => [name, type, labels.replaceAll(/[`,]/g, '').trim()]);
  assert.ok(rows.length > 10, 'the table was not found');
  assert.deepEqual(documented.sort(), expected.sort());
});

test('every reason and every state is named', async () => {
  const { RESTART_REASONS, ENGINE_STATES } = await import('../../src/engine/pool-types.ts');
  const { REJECTION_REASONS } = await import('../../src/admission/admission.ts');
  const { UNREADY_REASONS } = await import('../../src/http/readiness.ts');
  const { STAGES } = await import('../../src/metrics.ts');
  const rowOf = (metric: string) => page.split('\n').find(line => line.startsWith(`| \`${metric}\``)) ?? '';
  const cases: [metric: string, words: readonly string[]][] = [
    ['gfl_engine_restarts_total', RESTART_REASONS],
    ['gfl_engines', ENGINE_STATES],
    ['gfl_rejected_total', [...REJECTION_REASONS, ...UNREADY_REASONS, 'memory_full', 'quarantined']],
    ['gfl_stage_duration_seconds', STAGES],
  ];
  for (const [metric, words] of cases) {
    for (const word of words) assert.ok(rowOf(metric).includes(`\`${word}\``), `${metric}: ${word}`);
  }
});

test('every alert has a section: what it means, what to look at, what to do', () => {
  const [, ...sections] = page.slice(page.indexOf('\n## Alerts')).split(/^### /m);
  const names = sections.map(section => section.slice(0, section.indexOf('\n')));
  assert.deepEqual(
    names,
    ALERTS.map(({ alert }) => alert),
  );
  for (const [index, section] of sections.entries()) {
    const { labels } = ALERTS[index]!;
    assert.match(section, new RegExp(`\\n\\n${labels!.severity}\\. [A-Z]`, 'i'), `${names[index]} tells its severity`);
    assert.match(section, /\n- \*\*Look at\*\*: .+\n(.+\n)*- \*\*Do\*\*: .+/, names[index]);
  }
});

test('its links within the page lead somewhere', () => {
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, anchor] of page.matchAll(/\]\(#([\w-]+)\)/g)) assert.ok(anchors.includes(anchor!), anchor);
});
