import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { missing } from '../support/has-tool.ts';
import { ALERTS } from './deployed-files.ts';

const FOLDER = 'deploy/prometheus';
const UNIT_TESTS = ['rules.test.yml', 'drift.test.yml'];
const skip = missing('promtool');

function promtool(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, `promtool ${args.join(' ')}\n${stdout}${stderr}`);
}

test('Prometheus takes its configuration and its rules', { skip }, () => {
  promtool('check', 'config', '--lint=all', '--lint-fatal', `${FOLDER}/prometheus.yml`);
});

for (const file of UNIT_TESTS) {
  test(`the alerts’ own tests hold: ${file}`, { skip }, () => promtool('test', 'rules', `${FOLDER}/${file}`));
}

interface UnitTests {
  tests: { alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }[];
}

const unitTests = UNIT_TESTS.flatMap(file => (parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as UnitTests).tests);

test('every alert is tested: when it fires, and when it does not', () => {
  const cases = unitTests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
  const names = ALERTS.map(({ alert }) => alert).sort();
  assert.ok(names.length > 10);
  const firing = cases.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname);
  const silent = cases.filter(({ exp_alerts }) => exp_alerts.length === 0).map(({ alertname }) => alertname);
  assert.deepEqual([...new Set(firing)].sort(), names);
  assert.deepEqual([...new Set(silent)].sort(), names);
});

test('every alert has a severity, a sentence and a section to read', () => {
  for (const { alert, labels = {}, annotations = {} } of ALERTS) {
    assert.match(labels.severity ?? '', /^(critical|warning|info)$/, alert);
    assert.match(annotations.summary ?? '', /\.$/, alert);
    assert.equal(annotations.runbook, `docs/operations.md#${alert.toLowerCase()}`);
  }
});
