import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { missing } from '../support/has-tool.ts';
import { RULES } from './deployed-files.ts';

/** What Prometheus scrapes in Kubernetes, and under which job: the one that the rules ask for. */

const skip = missing('promtool');
const JOB = 'gfl-serve';

const [deployment] = parseAllDocuments(readFileSync('deploy/kubernetes.yaml', 'utf8')).map(document => document.toJS());
const { metadata, spec } = deployment.spec.template;
const port: string = spec.containers[0].ports.find(({ name }: { name: string }) => name === 'metrics').name;
const podMonitor = parse(readFileSync('deploy/kubernetes-podmonitor.yaml', 'utf8'));
const scraping = parse(readFileSync('deploy/prometheus/kubernetes.yml', 'utf8'));

interface Target {
  labels: Record<string, string> | null;
}

/** A pod's port as Kubernetes describes it to Prometheus. */
function discovered(address: string, changes: Record<string, string> = {}) {
  const labels = {
    __meta_kubernetes_namespace: 'default',
    __meta_kubernetes_pod_name: 'gfl-serve-a',
    __meta_kubernetes_pod_phase: 'Running',
    __meta_kubernetes_pod_container_port_name: port,
    __meta_kubernetes_pod_label_app_kubernetes_io_name: metadata.labels['app.kubernetes.io/name'],
    ...changes,
  };
  return { targets: [address], labels };
}

test('the rules ask for one job', () => {
  const jobs = RULES.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
  assert.deepEqual([...new Set(jobs)], [JOB]);
});

test('the scrape configuration takes the metrics ports of our running pods, under that job', { skip }, () => {
  assert.deepEqual(scraping.scrape_configs[0].kubernetes_sd_configs, [{ role: 'pod' }]);
  const { kubernetes_sd_configs: _, ...job } = scraping.scrape_configs[0];
  job.static_configs = [
    discovered('10.0.0.1:9464'),
    discovered('10.0.0.1:8080', { __meta_kubernetes_pod_container_port_name: 'http' }),
    discovered('10.0.0.2:9464', { __meta_kubernetes_pod_label_app_kubernetes_io_name: 'other' }),
    discovered('10.0.0.3:9464', { __meta_kubernetes_pod_phase: 'Succeeded' }),
    discovered('10.0.0.4:9464', { __meta_kubernetes_pod_name: 'gfl-serve-b', __meta_kubernetes_namespace: 'two' }),
  ];
  const folder = mkdtempSync(path.join(tmpdir(), 'gfl-scrape-'));
  try {
    const file = path.join(folder, 'prometheus.yml');
    writeFileSync(file, stringify({ scrape_configs: [job] }));
    const args = ['check', 'service-discovery', '--timeout=3s', file, JOB];
    const { stdout } = spawnSync('promtool', args, { encoding: 'utf8', timeout: 30_000 });
    const found = (JSON.parse(stdout) as Target[]).map(({ labels }) => labels ?? {}).filter(({ job }) => job);
    assert.deepEqual(
      found.map(({ __address__, job, instance, namespace }) => [__address__, job, instance, namespace]).sort(),
      [
        ['10.0.0.1:9464', JOB, 'gfl-serve-a', 'default'],
        ['10.0.0.4:9464', JOB, 'gfl-serve-b', 'two'],
      ],
    );
    assert.ok(found.every(({ __metrics_path__ }) => __metrics_path__ === '/metrics'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('so does the PodMonitor', () => {
  const { selector, podMetricsEndpoints } = podMonitor.spec;
  assert.deepEqual(selector.matchLabels, metadata.labels);
  const [endpoint] = podMetricsEndpoints;
  assert.equal(endpoint.port, port);
  assert.deepEqual(endpoint.relabelings[0], { targetLabel: 'job', replacement: JOB });
});
