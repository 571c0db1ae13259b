import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
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

/** The deployment with its commented lines: what is written, once the marks are taken away. */
function withComments(): Deployment {
  const own = text.replaceAll(/^( *)# (- [{n]| {2}persistent| {2}secret:)/gm, '$1$2');
  return parseAllDocuments(own)[0]!.toJS() as Deployment;
}

test('the lines for a model of your own are right once their marks are taken away', () => {
  const { containers, volumes } = withComments().spec.template.spec;
  const { API_KEYS_FILE, ...rest } = environment(containers[0]!);
  const config = readConfig(rest, 2);
  assert.deepEqual(config.models, ['mine']);
  const mount = containers[0]!.volumeMounts.find(({ mountPath }) => mountPath === config.modelsDir);
  assert.deepEqual(mount, { name: 'models', mountPath: '/models', readOnly: true });
  assert.deepEqual(
    volumes.find(({ name }) => name === 'models'),
    { name: 'models', persistentVolumeClaim: { claimName: 'gfl-serve-models', readOnly: true } },
  );
  assert.deepEqual(readConfig(environment(container), 2).models, ['nanodet-g'], 'as it is shipped');
});

test('the lines for API keys are right, too: the variable names the file that the Secret is mounted as', () => {
  const { containers, volumes } = withComments().spec.template.spec;
  const file = environment(containers[0]!).API_KEYS_FILE!;
  const mount = containers[0]!.volumeMounts.find(({ mountPath }) => path.dirname(file) === mountPath);
  assert.deepEqual(mount, { name: 'keys', mountPath: '/run/secrets/gfl-serve', readOnly: true });
  assert.deepEqual(
    volumes.find(({ name }) => name === 'keys'),
    { name: 'keys', secret: { secretName: 'gfl-serve-keys' } },
  );
  const [, secret, key] = /kubectl create secret generic (\S+) --from-file=(\w+)=keys\.txt/.exec(text)!;
  assert.deepEqual([secret, key], ['gfl-serve-keys', path.basename(file)]);
  assert.throws(() => readConfig({ API_KEYS_FILE: file }, 2), /API_KEYS_FILE/, 'the variable is the one that is read');
  assert.equal(environment(container).API_KEYS_FILE, undefined, 'as it is shipped');
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
