import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Compile } from 'typebox/schema';
import { type ErrorCode, ServiceError } from '../src/errors.ts';
import { OPTION_SCHEMAS } from '../src/http/option-schemas.ts';
import { PROBLEMS } from '../src/http/problem.ts';
import { JPEG_HEAD, multipart } from './support/pictures.ts';
import { createTestApp } from './support/test-app.ts';

interface Media {
  schema: object;
  example?: unknown;
}
interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { headers: object; content: Record<string, Media> }>;
  security?: object[];
}
interface Contract {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object };
}

const service = await createTestApp();
await service.app.ready();
const contract = service.app.swagger() as unknown as Contract;
const { paths } = contract;

function assertMatches(schema: object, value: unknown, what: string): void {
  const validator = Compile({ components: contract.components, allOf: [schema] });
  const [valid, errors] = validator.Errors(value);
  assert.ok(valid, `${what}: ${JSON.stringify(errors)} in ${JSON.stringify(value)}`);
}

test('openapi.yaml is what the routes say; "npm run openapi" writes it', async () => {
  const file = await readFile(new URL('../../openapi.yaml', import.meta.url), 'utf8');
  assert.equal(file, service.app.swagger({ yaml: true }));
});

test('it describes every path of the design', () => {
  assert.deepEqual(Object.keys(paths).sort(), [
    '/detect',
    '/detect/batch',
    '/health/live',
    '/health/ready',
    '/metrics',
    '/models',
    '/openapi.yaml',
  ]);
});

test('the service gives it away, and shows it', async () => {
  const yaml = await service.app.inject('/openapi.yaml');
  assert.equal(yaml.headers['content-type'], 'application/yaml');
  assert.match(yaml.body, /^openapi: 3\.1\.0\n/);
  const page = await service.app.inject('/docs/');
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /<title>gfl-serve: API reference</);
  for (const url of ['/docs', '/docs/']) {
    const { headers, body } = await service.app.inject(url);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8', url);
    const named = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name!);
    assert.equal(named.length, 7, url);
    for (const name of named) {
      const { pathname } = new URL(name, `http://x${url}`);
      assert.equal((await service.app.inject(pathname)).statusCode, 200, pathname);
    }
  }
});

test('the UI gets it as JSON, which is written once', async t => {
  const { app } = await createTestApp();
  await app.ready();
  const swagger = t.mock.method(app, 'swagger');
  for (let i = 0; i < 3; i++) {
    const { statusCode, headers, payload } = await app.inject('/docs/json');
    assert.equal(statusCode, 200);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.match(String(headers['content-security-policy']), /script-src 'self'/);
    assert.deepEqual(Object.keys(JSON.parse(payload).paths).sort(), Object.keys(contract.paths).sort());
  }
  assert.equal(swagger.mock.callCount(), 1);
  assert.equal((await app.inject({ method: 'HEAD', url: '/docs/json' })).payload, '');
});

test('the files of the UI come from memory, compressed, and once', async () => {
  const { app } = service;
  const folder = 'node_modules/swagger-ui-dist';
  const loaded = ['swagger-ui-bundle.js', 'swagger-ui.css', 'index.css'];
  for (const name of loaded) {
    const url = `/docs/static/${name}`;
    const bytes = await readFile(`${folder}/${name}`);
    const plain = await app.inject(url);
    assert.equal(plain.statusCode, 200, name);
    assert.deepEqual(plain.rawPayload, bytes, name);
    assert.match(String(plain.headers['content-security-policy']), /script-src 'self'/, name);
    const small = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } });
    assert.deepEqual(gunzipSync(small.rawPayload), bytes, name);
    const again = await app.inject({ url, headers: { 'if-none-match': String(plain.headers.etag) } });
    assert.equal(again.statusCode, 304, name);
    const head = await app.inject({ method: 'HEAD', url });
    assert.equal(head.statusCode, 200, name);
    assert.equal(head.headers['content-length'], String(bytes.length), name);
    assert.equal(head.headers.etag, plain.headers.etag, name);
    for (const same of [`${url}?x=1`, url.replace('swagger', '%73wagger')]) {
      assert.equal((await app.inject(same)).headers.etag, plain.headers.etag, same);
    }
  }
  for (const none of ['nothing.js', 'package.json', 'index.html', 'swagger-ui.js', '', '.', 'a/b.js', '%00']) {
    assert.equal((await app.inject(`/docs/static/${none}`)).statusCode, 404, none);
  }
});

test('all request forms and all options are in it', () => {
  const { parameters, requestBody } = paths['/detect']!.post!;
  const forms = ['multipart/form-data', 'image/*', 'application/octet-stream', 'application/json'];
  assert.deepEqual(Object.keys(requestBody!.content), forms);
  const options = Object.keys(OPTION_SCHEMAS);
  assert.deepEqual(
    parameters!.map(({ name }) => name),
    options,
  );
  for (const form of ['multipart/form-data', 'application/json']) {
    const { properties } = requestBody!.content[form]!.schema as { properties: object };
    assert.deepEqual(Object.keys(properties), ['image', ...options]);
  }
});

test('probes are open, everything else may want a key', () => {
  for (const [path, operations] of Object.entries(paths)) {
    for (const { security } of Object.values(operations)) {
      assert.deepEqual(security, path.startsWith('/health/') ? [{}] : undefined, path);
    }
  }
});

test('the example in it is valid', () => {
  const { schema, example } = paths['/detect']!.post!.responses['200']!.content['application/json']!;
  assertMatches(schema, example, 'example');
});

const picture = { headers: { 'content-type': 'image/jpeg' }, payload: JPEG_HEAD };
const form = multipart([
  { name: 'image', filename: 'a.jpg', content: JPEG_HEAD },
  { name: 'image', filename: 'b.jpg', content: 'no picture' },
]);

const SUCCESSES: [path: string, url: string, request: object][] = [
  ['/detect', '/detect', { method: 'POST', ...picture }],
  ['/detect', '/detect?include=timings,distribution', { method: 'POST', ...picture }],
  ['/detect/batch', '/detect/batch?include=timings', { method: 'POST', headers: form.headers, payload: form.body }],
  ['/models', '/models', { method: 'GET' }],
  ['/health/live', '/health/live', { method: 'GET' }],
  ['/health/ready', '/health/ready', { method: 'GET' }],
];

for (const [path, url, request] of SUCCESSES) {
  test(`the answer of ${url} has the schema it promises`, async () => {
    const { app, pool } = await createTestApp();
    const { answer } = pool;
    pool.answer = async (job, signal) => {
      const result = await answer(job, signal);
      const point = { x: 60.1234, y: 80 };
      const bins = [0, 0.25, 0.75];
      const distribution = { left: bins, top: bins, right: bins, bottom: bins, origin: point, binSize: point };
      if (job.options.includeDistribution) result.detections[0]!.distribution = distribution;
      return result;
    };
    const response = await app.inject({ ...request, url });
    assert.equal(response.statusCode, 200, response.body);
    const operation = Object.values(paths[path]!)[0]!;
    assertMatches(operation.responses['200']!.content['application/json']!.schema, response.json(), url);
    for (const header of Object.keys(operation.responses['200']!.headers)) {
      assert.ok(response.headers[header.toLowerCase()], `promised header ${header}`);
    }
  });
}

for (const path of ['/detect', '/detect/batch']) {
  test(`every problem of POST ${path} has a response with the schema of a problem`, async () => {
    const { responses } = paths[path]!.post!;
    const notThere: ErrorCode[] = ['method_not_allowed'];
    const statuses = Object.entries(PROBLEMS).flatMap(([code, { status }]) =>
      notThere.includes(code as ErrorCode) ? [] : [String(status)],
    );
    assert.deepEqual(Object.keys(responses).sort(), ['200', ...statuses].sort());
  });
}

for (const code of Object.keys(PROBLEMS) as ErrorCode[]) {
  test(`a real ${code} has the schema it promises, alone and in a batch`, async () => {
    const { app, pool } = await createTestApp();
    pool.answer = async () => {
      throw new ServiceError(code, 'A sentence.', { retryAfterS: 1 });
    };
    const alone = await app.inject({ method: 'POST', url: '/detect', ...picture });
    assert.equal(alone.statusCode, PROBLEMS[code].status);
    const response = paths['/detect']!.post!.responses[alone.statusCode];
    if (response) assertMatches(response.content['application/problem+json']!.schema, alone.json(), code);
    else assert.equal(code, 'method_not_allowed');

    const batch = await app.inject({ method: 'POST', url: '/detect/batch', headers: form.headers, payload: form.body });
    const { schema } = paths['/detect/batch']!.post!.responses['200']!.content['application/json']!;
    assertMatches(schema, batch.json(), code);
    assert.equal(batch.json().results[0].code, code);
  });
}

test('the check above can fail', () => {
  const { schema } = paths['/detect']!.post!.responses['400']!.content['application/problem+json']!;
  assert.throws(() => assertMatches(schema, { status: 400 }, 'half a problem'));
});
