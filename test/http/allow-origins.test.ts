import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { loadPage } from '../../src/http/page-files.ts';
import { JPEG_HEAD } from '../support/pictures.ts';
import { openRaw } from '../support/raw-http.ts';
import { createTestApp } from '../support/test-app.ts';

const OURS = 'https://app.example';
const THEIRS = 'https://evil.example';
const KEY = 'correct-horse-battery';
const ENV = { CORS_ORIGINS: `${OURS},http://localhost:5173`, API_KEYS: KEY };

/** The last two are what tracing in a browser adds by itself. */
const ASKED_HEADERS = 'content-type,x-api-key,traceparent,tracestate';

const post = (headers: Record<string, string>) =>
  ({
    method: 'POST',
    url: '/detect',
    headers: { 'content-type': 'image/jpeg', ...headers },
    payload: JPEG_HEAD,
  }) as const;
const preflight = (origin: string) =>
  ({
    method: 'OPTIONS',
    url: '/detect',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': ASKED_HEADERS,
    },
  }) as const;

test('without CORS_ORIGINS no answer tells a browser to show it to another origin', async () => {
  const { app } = await createTestApp();
  const asked = await app.inject(preflight(OURS));
  assert.equal(asked.statusCode, 405);
  const answer = await app.inject(post({ origin: OURS }));
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers.vary, 'Accept');
  for (const { headers } of [asked, answer]) {
    assert.deepEqual(
      Object.keys(headers).filter(name => name.startsWith('access-control-')),
      [],
    );
  }
});

test("a browser's question is answered without a key, for an origin that is named", async () => {
  const { app, logs } = await createTestApp({ env: ENV });
  for (const origin of [OURS, 'http://localhost:5173']) {
    const { statusCode, headers, body } = await app.inject(preflight(origin));
    assert.deepEqual([statusCode, body], [204, '']);
    assert.equal(headers['access-control-allow-origin'], origin);
    assert.equal(headers['access-control-allow-methods'], 'GET, HEAD, POST');
    assert.equal(headers['access-control-allow-headers'], ASKED_HEADERS);
    assert.equal(headers['access-control-allow-credentials'], undefined);
    assert.match(String(headers.vary), /Origin/);
    assert.ok(headers['x-request-id'], 'as every answer');
  }
  await new Promise(setImmediate);
  assert.equal(logs.filter(({ msg, status }) => msg === 'request' && status === 204).length, 2);
});

test('answers and refusals carry the origin that asked, if it is named', async () => {
  const { app, pool } = await createTestApp({ env: { ...ENV, MAX_BODY_BYTES: '1024' } });
  const asked = { origin: OURS, 'x-api-key': KEY };
  const cases = [
    [200, post(asked)],
    [401, post({ origin: OURS })],
    [413, { ...post(asked), payload: Buffer.alloc(2000) }],
    [404, { url: '/nothing', headers: asked }],
    [405, { url: '/detect', headers: asked }],
    [400, post({ ...asked, 'transfer-encoding': 'gzip, chunked' })],
    [200, { url: '/models', headers: asked }],
    [200, { url: '/health/live', headers: { origin: OURS } }],
  ] as const;
  for (const [status, request] of cases) {
    const { statusCode, headers } = await app.inject(request);
    assert.equal(statusCode, status);
    assert.equal(headers['access-control-allow-origin'], OURS, `${status}`);
    assert.match(
      String(headers['access-control-expose-headers']),
      /Retry-After.*X-Request-Id.*Inference-Header-Content-Length/,
    );
    assert.match(String(headers.vary), /Origin/);
  }
  assert.equal((await app.inject(post(asked))).headers.vary, 'Origin, Accept');
  assert.equal(pool.jobs.length, 2, 'only what was answered was detected');
});

test('an origin that is not named gets no such header, and no more than before', async () => {
  const { app } = await createTestApp({ env: ENV });
  const asked = await app.inject(preflight(THEIRS));
  const answer = await app.inject(post({ origin: THEIRS, 'x-api-key': KEY }));
  for (const { headers } of [asked, answer]) assert.equal(headers['access-control-allow-origin'], undefined);
  assert.equal(answer.statusCode, 200, 'whoever is no browser may ask');
});

test('OPTIONS from elsewhere is refused as without CORS_ORIGINS', async () => {
  const { app } = await createTestApp({ env: { CORS_ORIGINS: OURS } });
  for (const headers of [preflight(THEIRS).headers, {}]) {
    const { statusCode, headers: answered } = await app.inject({ ...preflight(THEIRS), headers });
    assert.equal(statusCode, 405);
    assert.equal(answered.allow, 'POST');
  }
  assert.equal((await app.inject({ method: 'OPTIONS', url: '/nothing' })).statusCode, 404);
});

test('the files of the page and of the docs are kept apart by origin and by coding', async () => {
  const { app } = await createTestApp({ env: { CORS_ORIGINS: OURS }, page: loadPage('dist/page') });
  for (const url of ['/', '/page/main.js', '/docs/static/swagger-ui.css']) {
    const { statusCode, headers } = await app.inject({ url, headers: { origin: OURS } });
    assert.deepEqual([statusCode, headers.vary], [200, 'Origin, Accept-Encoding'], url);
  }
});

async function served(t: TestContext): Promise<() => ReturnType<typeof openRaw>> {
  const { app } = await createTestApp({ env: { CORS_ORIGINS: OURS } });
  await app.listen();
  t.after(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  const { port } = app.server.address() as { port: number };
  return () => openRaw(port);
}

test('the target of the preflight route is no path', async t => {
  const open = await served(t);
  for (const method of ['GET', 'POST', 'OPTIONS']) {
    const client = await open();
    client.write(`${method} * HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.equal((await client.answer()).status, 404, method);
    client.destroy();
  }
});

for (const length of ['Transfer-Encoding: chunked', 'Content-Length: 99999999']) {
  test(`a preflight with a body ends its connection, and the body is not read: ${length}`, async t => {
    const client = await (await served(t))();
    const lines = ['OPTIONS /detect HTTP/1.1', 'Host: x', `Origin: ${OURS}`, 'Access-Control-Request-Method: POST'];
    client.write(`${[...lines, length].join('\r\n')}\r\n\r\n`);
    assert.equal((await client.answer()).status, 204);
    const feeding = setInterval(() => client.write('1\r\nx\r\n'), 20);
    t.after(() => clearInterval(feeding));
    assert.ok((await client.closed()) < 2000);
  });
}

test('* is any origin', async () => {
  const { app } = await createTestApp({ env: { CORS_ORIGINS: '*' } });
  for (const request of [preflight(THEIRS), post({ origin: THEIRS })]) {
    assert.equal((await app.inject(request)).headers['access-control-allow-origin'], '*');
  }
});
