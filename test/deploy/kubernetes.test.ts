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
  volumeMounts: { name: string; mountPath: string }[];
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
      spec: {
        enableServiceLinks?: boolean;
        terminationGracePeriodSeconds: number;
        securityContext: object;
        containers: Container[];
        volumes: { name: string }[];
      };
    };
  };
}

const text = readFileSync('deploy/kubernetes.yaml', 'utf8');
const documents = parseAllDocuments(text).map(document => document.toJS());
const [deployment, service, budget] = documents as [
  Deployment,
  { spec: { selector: object; ports: { port: number; targetPort: string }[] } },
  { spec: { selector: { matchLabels: object } } },
];
const { metadata, spec } = deployment.spec.template;
const [container] = spec.containers as [Container];
const environment = ({ env }: Container) => Object.fromEntries(env.map(({ name, value }) => [name, value]));

test('everything selects the pods of the deployment', () => {
  assert.deepEqual(deployment.spec.selector.matchLabels, metadata.labels);
  assert.deepEqual(service.spec.selector, metadata.labels);
  assert.deepEqual(budget.spec.selector.matchLabels, metadata.labels);
  assert.equal(service.spec.ports[0]!.targetPort, container.ports[0]!.name);
});

test('probes name routes and the port that the service has', async () => {
  const { app } = await createTestApp();
  const { startupProbe, livenessProbe, readinessProbe, ports } = container;
  for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
    assert.equal(httpGet.port, ports[0]!.name);
    assert.notEqual((await app.inject(httpGet.path)).statusCode, 404, httpGet.path);
  }
  assert.equal(livenessProbe.httpGet.path, '/health/live', 'a busy or unready service must not be restarted');
  assert.equal(ports[0]!.containerPort, readConfig({}, 2).port);
});

test('metrics have a port of their own, which no client reaches', async () => {
  const env = environment(container);
  const { app } = await createTestApp({ env });
  assert.equal((await app.inject('/metrics')).statusCode, 404, 'on the port of clients');
  const [, metrics] = container.ports;
  assert.deepEqual(metrics, { name: 'metrics', containerPort: readConfig(env, 2).metricsPort });
  assert.equal(metadata.annotations['prometheus.io/path'], '/metrics');
  assert.equal(metadata.annotations['prometheus.io/port'], String(metrics?.containerPort));
  assert.deepEqual(service.spec.ports, [{ name: 'http', port: 80, targetPort: 'http' }]);
});

test('a Service that happens to be called metrics sets none of our variables', () => {
  const linked = { METRICS_PORT: 'tcp://10.96.0.17:80' };
  assert.throws(() => readConfig({ ...environment(container), ...linked }, 2), /METRICS_PORT/, 'what a link would do');
  assert.equal(spec.enableServiceLinks, false);
});

test('the lines for a model of your own are right once their marks are taken away', async () => {
  const own = text.replaceAll(/^( *)# (- [{n]| {2}persistent)/gm, '$1$2');
  const [{ spec: wanted }] = parseAllDocuments(own).map(document => document.toJS()) as [Deployment];
  const { containers, volumes } = wanted.template.spec;
  const config = readConfig(environment(containers[0]!), 2);
  assert.deepEqual(config.models, ['mine']);
  const mount = containers[0]!.volumeMounts.find(({ mountPath }) => mountPath === config.modelsDir);
  assert.deepEqual(mount, { name: 'models', mountPath: '/models', readOnly: true });
  assert.deepEqual(
    volumes.find(({ name }) => name === 'models'),
    { name: 'models', persistentVolumeClaim: { claimName: 'gfl-serve-models', readOnly: true } },
  );
  assert.deepEqual(readConfig(environment(container), 2).models, ['nanodet-g'], 'as it is shipped');
});

test('it has the time to drain, and no rights that it does not need', () => {
  const { drainDelayMs, drainTimeoutMs } = readConfig(environment(container), 2);
  assert.ok(spec.terminationGracePeriodSeconds * 1000 > drainDelayMs + drainTimeoutMs + 5000);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  assert.equal(container.image, `gfl-serve:${version}`);
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});
