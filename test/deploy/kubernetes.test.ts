import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { createTestApp } from '../support/test-app.ts';

interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  image: string;
  ports: { name: string; containerPort: number }[];
  env: { name: string; value: string }[];
  securityContext: object;
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
}
interface Deployment {
  spec: {
    selector: { matchLabels: object };
    template: {
      metadata: { labels: object; annotations: Record<string, string> };
      spec: { terminationGracePeriodSeconds: number; securityContext: object; containers: Container[] };
    };
  };
}

const documents = parseAllDocuments(readFileSync('deploy/kubernetes.yaml', 'utf8')).map(document => document.toJS());
const [deployment, service, budget] = documents as [
  Deployment,
  { spec: { selector: object; ports: { targetPort: string }[] } },
  { spec: { selector: { matchLabels: object } } },
];
const { metadata, spec } = deployment.spec.template;
const [container] = spec.containers as [Container];

test('everything selects the pods of the deployment', () => {
  assert.deepEqual(deployment.spec.selector.matchLabels, metadata.labels);
  assert.deepEqual(service.spec.selector, metadata.labels);
  assert.deepEqual(budget.spec.selector.matchLabels, metadata.labels);
  assert.equal(service.spec.ports[0]!.targetPort, container.ports[0]!.name);
});

test('probes and annotations name routes and the port that the service has', async () => {
  const { app } = await createTestApp();
  const { startupProbe, livenessProbe, readinessProbe, ports } = container;
  for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
    assert.equal(httpGet.port, ports[0]!.name);
    assert.notEqual((await app.inject(httpGet.path)).statusCode, 404, httpGet.path);
  }
  assert.equal(livenessProbe.httpGet.path, '/health/live', 'a busy or unready service must not be restarted');
  assert.equal((await app.inject(metadata.annotations['prometheus.io/path']!)).statusCode, 200);
  assert.equal(metadata.annotations['prometheus.io/port'], String(ports[0]!.containerPort));
  assert.equal(ports[0]!.containerPort, readConfig({}, 2).port);
});

test('it has the time to drain, and no rights that it does not need', () => {
  const { drainDelayMs, drainTimeoutMs } = readConfig(
    Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
    2,
  );
  assert.ok(spec.terminationGracePeriodSeconds * 1000 > drainDelayMs + drainTimeoutMs + 5000);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  assert.equal(container.image, `gfl-serve:${version}`);
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});
