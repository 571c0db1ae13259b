import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnownDetail } from '../../fuzz/oracle/known-details.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { ServiceError } from '../../src/errors.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
import { JPEG_HEAD } from '../support/pictures.ts';
import { openRaw } from '../support/raw-http.ts';
import { createTestApp, type TestService } from '../support/test-app.ts';

interface Provoked {
  body: string;
  headers: Record<string, unknown>;
  statusCode: number;
}

const post = { method: 'POST', url: '/detect', headers: { 'content-type': 'image/jpeg' }, payload: JPEG_HEAD } as const;
const never = () => new Promise<never>(() => {});
const failing = (error: unknown) => (service: TestService) => {
  service.pool.answer = async () => {
    throw error;
  };
  return service.app.inject(post);
};

/** Every code that a request can end with, its status, and a way to provoke it. */
const TABLE: Record<
  ErrorCode,
  [status: number, env: Record<string, string>, provoke: (s: TestService) => Promise<Provoked>]
> = {
  invalid_request: [400, {}, ({ app }) => app.inject({ ...post, url: '/detect?score_threshold=2' })],
  unauthorized: [401, { API_KEYS: 'abcdefghijklmnop' }, ({ app }) => app.inject(post)],
  not_found: [404, {}, ({ app }) => app.inject('/nothing')],
  method_not_allowed: [405, {}, ({ app }) => app.inject('/detect')],
  request_timeout: [
    408,
    { BODY_TIMEOUT_MS: '100' },
    async ({ app }) => {
      await app.listen({ port: 0 });
      const client = await openRaw((app.server.address() as { port: number }).port);
      client.write('POST /detect HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nonly this');
      const { status, headers, body } = await client.answer();
      client.destroy();
      await app.close();
      return { statusCode: status, headers, body };
    },
  ],
  payload_too_large: [
    413,
    { MAX_BODY_BYTES: '1024' },
    ({ app }) => app.inject({ ...post, payload: Buffer.concat([JPEG_HEAD, Buffer.alloc(1024)]) }),
  ],
  unsupported_media_type: [415, {}, ({ app }) => app.inject({ ...post, payload: Buffer.from('<svg/>') })],
  unprocessable_image: [
    422,
    {},
    failing(new ServiceError('unprocessable_image', 'The picture does not decode: it is damaged or incomplete.')),
  ],
  overloaded: [
    429,
    { QUEUE_CAPACITY: '1', DEADLINE_MS: '1000' }, // the test waits for those in the queue
    async ({ app, pool, admission }) => {
      pool.answer = never;
      for (let i = 0; i < 3; i++) void app.inject(post).catch(() => {});
      while (!admission.full()) await new Promise(setImmediate);
      return app.inject(post);
    },
  ],
  internal: [500, {}, failing(new TypeError('secret /etc/passwd'))],
  unavailable: [
    503,
    {},
    ({ app, pool }) => {
      pool.alive = false;
      return app.inject(post);
    },
  ],
  deadline_exceeded: [
    504,
    { DEADLINE_MS: '50' },
    ({ app, pool }) => {
      pool.answer = never;
      return app.inject(post);
    },
  ],
};

for (const [code, [status, env, provoke]] of Object.entries(TABLE)) {
  test(`${status} ${code}`, async () => {
    const service = await createTestApp({ env });
    const response = await provoke(service);
    assert.equal(response.statusCode, status, response.body);
    assert.match(String(response.headers['content-type']), /^application\/problem\+json(; charset=utf-8)?$/);
    const { detail, request_id, ...rest } = JSON.parse(response.body);
    const { title } = PROBLEMS[code as ErrorCode];
    assert.deepEqual(rest, { type: `urn:problem-type:gfl-serve:${code}`, title, status, code });
    assert.match(detail, /^[A-Z].*\.$/, 'the detail is a sentence');
    assert.ok(isKnownDetail(detail), `a sentence of ours, without paths, stacks or a library's text: ${detail}`);
    assert.equal(request_id, response.headers['x-request-id'], 'body and header name the same request');
    const wantsRetry = status === 429 || status === 503;
    assert.equal('retry-after' in response.headers, wantsRetry, 'Retry-After with 429 and 503, and only there');
    if (wantsRetry) assert.match(String(response.headers['retry-after']), /^[1-9]\d*$/);
    assert.doesNotMatch(response.body, /secret|passwd/, 'the text of a bug stays inside');
  });
}

test('not even the sentence of an internal error leaves the server', async () => {
  const response = await failing(new ServiceError('internal', 'No engine has secret.'))(await createTestApp());
  assert.equal(response.json().detail, 'The service failed at this request. It is a bug on our side.');
});

test('the log has what a 500 does not say', async () => {
  const service = await createTestApp();
  const response = await failing(new TypeError('secret /etc/passwd'))(service);
  const line = service.logs.find(({ msg }) => msg === 'request');
  assert.ok(line);
  assert.equal(line.level, 50);
  assert.equal(line.request_id, JSON.parse(response.body).request_id);
  const { message, stack } = line.err as { message: string; stack: string };
  assert.equal(message, 'secret /etc/passwd');
  assert.match(stack, /error-table\.test/);
});

const STATES: [name: string, code: string, detail: string, change: (s: TestService) => unknown][] = [
  [
    'starting',
    'unavailable',
    'The service is starting: its models are not warm yet.',
    ({ pool }) => (pool.models = []),
  ],
  ['no engine', 'unavailable', 'No engine is alive; one is being started.', ({ pool }) => (pool.alive = false)],
  [
    'the engines die again and again',
    'unavailable',
    'The engines die again and again; each start waits longer than the last.',
    ({ pool }) => {
      pool.alive = false;
      pool.looping = 2;
    },
  ],
  ['draining', 'unavailable', 'The service is shutting down.', ({ admission }) => admission.drain()],
];

for (const [name, code, detail, change] of STATES) {
  test(`while ${name}, pictures and the readiness probe get 503, liveness and metrics 200`, async () => {
    const service = await createTestApp();
    change(service);
    for (const request of [post, { ...post, url: '/detect/batch' }, '/health/ready']) {
      const response = await service.app.inject(request);
      assert.equal(response.statusCode, 503);
      assert.equal(response.json().code, code);
      assert.equal(response.json().detail, detail);
    }
    for (const url of ['/health/live', '/metrics', '/models']) {
      assert.equal((await service.app.inject(url)).statusCode, 200, url);
    }
  });
}

test('one engine that lives is enough to be ready; the others show', async () => {
  const { app, pool } = await createTestApp();
  pool.states = () => ({ starting: 1, ready: 1, busy: 2, stopped: 3 });
  pool.looping = 3;
  const response = await app.inject('/health/ready');
  assert.deepEqual(
    [response.statusCode, response.json()],
    [200, { status: 'ready', engines: { serving: 3, configured: 7, crash_looping: 3 } }],
  );
});

test('readiness does not depend on the queue', async () => {
  const { app, pool, admission } = await createTestApp({ env: { QUEUE_CAPACITY: '1', DEADLINE_MS: '1000' } });
  pool.answer = never;
  for (let i = 0; i < 3; i++) void app.inject(post).catch(() => {});
  while (!admission.full()) await new Promise(setImmediate);
  assert.equal((await app.inject('/health/ready')).statusCode, 200);
});

const METHODS: [
  method: 'GET' | 'PUT' | 'DELETE' | 'PATCH' | 'POST' | 'HEAD' | 'OPTIONS',
  url: string,
  status: number,
  allow?: string,
][] = [
  ['GET', '/detect', 405, 'POST'],
  ['HEAD', '/detect', 405, 'POST'],
  ['PUT', '/detect?model=x', 405, 'POST'],
  ['OPTIONS', '/detect', 405, 'POST'],
  ['DELETE', '/models', 405, 'GET, HEAD'],
  ['POST', '/health/live', 405, 'GET, HEAD'],
  ['PATCH', '/openapi.yaml', 405, 'GET, HEAD'],
  ['POST', '/docs/static/swagger-ui.css', 405, 'GET, HEAD'],
  ['POST', '/nothing', 404],
  ['POST', '/docs/nothing/at/all', 404],
  ['GET', '/detect/', 404],
  ['GET', '/health', 404],
  ['GET', '/docs/static/nothing.js', 404],
  ['HEAD', '/health/live', 200],
  ['HEAD', '/models', 200],
  ['HEAD', '/metrics', 200],
];

for (const [method, url, status, allow] of METHODS) {
  test(`${method} ${url} is ${status}`, async () => {
    const { app } = await createTestApp();
    const payload = method === 'POST' || method === 'PUT' ? { payload: JPEG_HEAD } : {};
    const response = await app.inject({ method, url, ...payload });
    assert.equal(response.statusCode, status, response.body);
    assert.equal(response.headers.allow, allow);
    // What HEAD has for a body ends in Node, which is not asked here: http/kept-connections.
    if (method === 'HEAD') return;
    if (status === 405) assert.equal(response.json().code, 'method_not_allowed');
    else if (status === 404) assert.equal(response.json().code, 'not_found');
  });
}

test('a malformed URL is a problem, with the headers of every answer', async () => {
  const { app } = await createTestApp();
  const response = await app.inject('/%zz');
  assert.equal(response.statusCode, 400);
  assert.equal(response.json().code, 'invalid_request');
  assert.equal(response.headers['x-request-id'], response.json().request_id);
  assert.equal(response.headers['x-content-type-options'], 'nosniff');
});

test('a malformed URL ends its connection while the service leaves', async () => {
  const { app, admission } = await createTestApp();
  assert.equal((await app.inject('/%zz')).headers.connection, 'keep-alive');
  admission.leave();
  assert.equal((await app.inject('/%zz')).headers.connection, 'close');
});

test('a name in a path may be long: it is looked up, after the key', async () => {
  const long = `/v2/models/${'x'.repeat(5000)}`;
  const open = await createTestApp();
  const unknown = await open.app.inject(long);
  assert.deepEqual([unknown.statusCode, unknown.json().error?.slice(0, 24)], [404, 'There is no model "xxxxx']);
  const closed = await createTestApp({ env: { API_KEYS: 'a-key-of-16-chars' } });
  assert.equal((await closed.app.inject(long)).statusCode, 401);
});

for (const encoding of ['gzip', 'br', 'deflate', 'x-unknown']) {
  test(`415 for a body with Content-Encoding ${encoding}`, async () => {
    const { app } = await createTestApp();
    const response = await app.inject({ ...post, headers: { 'content-encoding': encoding } });
    assert.equal(response.statusCode, 415);
    assert.equal(response.json().detail, 'Send the body as it is, without a Content-Encoding.');
  });
}

const PICTURES: [name: string, bytes: Buffer, formats: string, detail: string | undefined][] = [
  ['GIF, not configured', Buffer.from('GIF89a..'), '', 'The picture is GIF; accepted are JPEG, PNG, WebP.'],
  ['GIF, configured', Buffer.from('GIF89a..'), 'gif', undefined],
  [
    'SVG',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    'avif,gif,tiff',
    'The file is an SVG picture; accepted are JPEG, PNG, WebP, AVIF, GIF, TIFF.',
  ],
  ['PDF', Buffer.from('%PDF-1.7\n'), '', 'The file is a PDF; accepted are JPEG, PNG, WebP.'],
  [
    'an address',
    Buffer.from('https://example.org/cat.jpg'),
    '',
    'The bytes are the address of a picture; nothing is fetched from there, send the picture itself.',
  ],
  ...['data:image/png;base64,iVBORw0KGgo=', '/9j/2wBDAAQEBAQE', 'iVBORw0KGgoAAAA', 'UklGRhIAAABXRUJQ'].map(
    (text): [string, Buffer, string, string] => [
      `base64 as it is: ${text}`,
      Buffer.from(text),
      '',
      'The bytes are base64 text; send the picture itself, or the text as "image" of a JSON body.',
    ],
  ),
  [
    'the name of a file, for want of an @',
    Buffer.from('my pictures/Grüße.JPG'),
    '',
    'The bytes are the name of a file, not the file itself; curl sends it with -F image=@FILE or --data-binary @FILE.',
  ],
  [
    'a line that ends otherwise',
    Buffer.from('cat.jpg\n'),
    '',
    'The bytes are of no picture format; accepted are JPEG, PNG, WebP.',
  ],
  [
    'a name that is too long for one',
    Buffer.from(`${'x'.repeat(4093)}.jpg and more`),
    '',
    'The bytes are of no picture format; accepted are JPEG, PNG, WebP.',
  ],
  ['one byte', Buffer.from([0xff]), '', 'The bytes are of no picture format; accepted are JPEG, PNG, WebP.'],
];

for (const [name, payload, formats, detail] of PICTURES) {
  test(`by its first bytes: ${name}`, async () => {
    const { app, pool } = await createTestApp({ env: { FORMATS: formats } });
    const response = await app.inject({ ...post, payload });
    assert.equal(response.statusCode, detail === undefined ? 200 : 415);
    assert.equal(response.json().detail, detail);
    assert.ok(detail === undefined || isKnownDetail(detail));
    assert.equal(pool.jobs.length, detail === undefined ? 1 : 0);
  });
}
