import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JPEG_HEAD } from '../support/pictures.ts';
import { createTestApp } from '../support/test-app.ts';

const post = { method: 'POST', url: '/detect', headers: { 'content-type': 'image/jpeg' }, payload: JPEG_HEAD } as const;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const KEY = 'correct-horse-battery';
const KEYS = { API_KEYS: `another-key-of-ours,${KEY}` };

const CALLERS: [name: string, headers: Record<string, string>, allowed: boolean][] = [
  ['a bearer token', { authorization: `Bearer ${KEY}` }, true],
  ['a bearer token, scheme in small letters', { authorization: `bearer ${KEY}` }, true],
  ['the other key', { 'x-api-key': 'another-key-of-ours' }, true],
  ['X-API-Key', { 'x-api-key': KEY }, true],
  ['no key', {}, false],
  ['a wrong key', { 'x-api-key': `${KEY}x` }, false],
  ['the beginning of a key', { 'x-api-key': KEY.slice(0, -1) }, false],
  ['an empty key', { 'x-api-key': '' }, false],
  ['all keys at once', { 'x-api-key': KEYS.API_KEYS }, false],
  ['the key as Basic', { authorization: `Basic ${KEY}` }, false],
  // A proxy in front may add a token of its own, for somebody else.
  ['a wrong bearer beside a right X-API-Key', { authorization: 'Bearer wrong', 'x-api-key': KEY }, true],
  ['a right bearer beside a wrong X-API-Key', { authorization: `Bearer ${KEY}`, 'x-api-key': 'wrong' }, true],
  ['a wrong key in either way', { authorization: 'Bearer wrong', 'x-api-key': 'wrong' }, false],
  ['half a key in either way', { authorization: `Bearer ${KEY.slice(0, 9)}`, 'x-api-key': KEY.slice(9) }, false],
];

for (const [name, headers, allowed] of CALLERS) {
  test(`with API keys, ${name} is ${allowed ? 'let in' : 'kept out'} everywhere but at the probes and the frame of the docs`, async () => {
    const { app, logs } = await createTestApp({ env: KEYS });
    for (const url of ['/models', '/metrics', '/openapi.yaml', '/docs/json']) {
      const response = await app.inject({ url, headers });
      assert.equal(response.statusCode, allowed ? 200 : 401, url);
      if (!allowed) assert.equal(response.headers['www-authenticate'], 'Bearer');
    }
    const detect = await app.inject({ ...post, headers: { ...post.headers, ...headers } });
    assert.equal(detect.statusCode, allowed ? 200 : 401);
    for (const url of ['/nothing', '/health/', '/health/nothing']) {
      assert.equal((await app.inject({ url, headers })).statusCode, allowed ? 404 : 401, url);
    }
    for (const url of ['/health/live', '/health/ready', '/docs', '/docs/', '/docs/static/initialize.js'])
      assert.equal((await app.inject({ url, headers })).statusCode, 200);
    assert.doesNotMatch(JSON.stringify(logs), /battery|another-key/, 'keys are not logged');
  });
}

const IDS: [name: string, given: string | undefined, kept: boolean][] = [
  ['none', undefined, false],
  ['a UUID', '0b9c0b0e-6c07-4f0e-9f0b-1f6a2f1f7b11', true],
  ['a trace id', 'Root=1-67891233-abcdef012345678912345678', true],
  ['128 characters', 'x'.repeat(128), true],
  ['129 characters', 'x'.repeat(129), false],
  ['an empty one', '', false],
  ['one with blanks', 'a b', false],
  ['one with quotes', '"a"', false],
  ['one that is not ASCII', 'é', false],
];

for (const [name, given, kept] of IDS) {
  test(`request id: ${name} is ${kept ? 'kept' : 'replaced by a UUID'}`, async () => {
    const { app, logs } = await createTestApp();
    const headers = given === undefined ? post.headers : { ...post.headers, 'x-request-id': given };
    const response = await app.inject({ ...post, headers });
    const id = response.json().request_id;
    if (kept) assert.equal(id, given);
    else assert.match(id, UUID);
    assert.equal(response.headers['x-request-id'], id);
    assert.equal(logs.find(({ msg }) => msg === 'request')?.request_id, id);
  });
}

test('one log line a request, with what it took and without what it held', async () => {
  const { app, logs } = await createTestApp();
  await app.inject({
    ...post,
    url: '/detect?classes=red',
    headers: { ...post.headers, authorization: 'Bearer secret-token' },
  });
  const lines = logs.filter(({ msg }) => msg === 'request');
  assert.equal(lines.length, 1);
  const { time, pid, hostname, request_id, duration_ms, stages_ms, ...line } = lines[0]!;
  assert.deepEqual(line, {
    level: 30,
    route: '/detect',
    method: 'POST',
    status: 200,
    model: 'tiny',
    images: 1,
    detections: 2,
    msg: 'request',
  });
  const { queue, ...stages } = stages_ms as Record<string, number>;
  assert.deepEqual(stages, { image: 4.1, tensor: 1.25, inference: 41, gfl: 0.6, nms: 0.1 });
  assert.ok(queue! >= 0 && (duration_ms as number) > 0);
  assert.doesNotMatch(JSON.stringify(logs), /secret-token|JFIF/);
});

test('a refusal is logged with its code and sentence', async () => {
  const { app, logs } = await createTestApp();
  await app.inject({ ...post, url: '/detect?colour=red' });
  const line = logs.find(({ msg }) => msg === 'request');
  assert.deepEqual([line?.level, line?.status, line?.code], [30, 400, 'invalid_request']);
  assert.match(String(line?.detail), /^Unknown option "colour"/);
});

test('what Fastify refuses is logged by its code, without the target of the request', async () => {
  const { app, logs } = await createTestApp();
  await app.inject('/%zz?key=secret-token');
  await app.inject({ ...post, headers: { 'content-type': 'secret-token' } });
  const lines = logs.filter(({ msg }) => msg === 'request');
  assert.deepEqual(
    lines.map(({ status, err }) => [status, err]),
    [
      [400, 'FST_ERR_BAD_URL'],
      [400, 'FST_ERR_CTP_INVALID_MEDIA_TYPE'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(logs), /secret-token/);
});

test('probes and scrapes are logged at debug', async () => {
  const { app, logs } = await createTestApp();
  for (const url of ['/health/live', '/health/ready', '/v2/health/ready', '/metrics']) await app.inject(url);
  assert.deepEqual(
    logs.map(({ level, route }) => [level, route]),
    [
      [20, '/health/live'],
      [20, '/health/ready'],
      [20, '/v2/health/ready'],
      [20, '/metrics'],
    ],
  );
});

test('timings are in the body when they are asked for, and in Server-Timing always', async () => {
  const { app } = await createTestApp();
  const plain = await app.inject(post);
  assert.equal(plain.json().timings_ms, undefined);
  assert.match(
    String(plain.headers['server-timing']),
    /^queue;dur=[\d.]+, image;dur=4.1, tensor;dur=1.25, inference;dur=41, gfl;dur=0.6, nms;dur=0.1, total;dur=[\d.]+$/,
  );
  const timed = await app.inject({ ...post, url: '/detect?include=timings' });
  const { queue, total, ...stages } = timed.json().timings_ms;
  assert.deepEqual(stages, { image: 4.1, tensor: 1.25, inference: 41, gfl: 0.6, nms: 0.1 });
  assert.ok(queue >= 0 && total > 0);
});

test('the general distribution comes out when the engine gives it', async () => {
  const { app, pool } = await createTestApp();
  const { answer } = pool;
  pool.answer = async (...job) => {
    const result = await answer(...job);
    const bins = [0.1234567, 0.8765433];
    const origin = { x: 60.126, y: 80 };
    const binSize = { x: 12.3456789, y: 8 };
    result.detections[0]!.distribution = { left: bins, top: bins, right: bins, bottom: bins, origin, binSize };
    return result;
  };
  const { detections } = (await app.inject({ ...post, url: '/detect?include=distribution' })).json();
  const bins = [0.12346, 0.87654];
  assert.deepEqual(detections[0].distribution, {
    left: bins,
    top: bins,
    right: bins,
    bottom: bins,
    origin: { x: 60.13, y: 80 },
    bin_size: { x: 12.34568, y: 8 },
  });
  assert.equal(pool.jobs[0]!.options.includeDistribution, true);
});

test('GET /models lists what is served, the default first', async () => {
  const { app, pool } = await createTestApp({ env: { MODEL: 'one,two' } });
  const source = 'made by test/support/tiny-model.ts';
  const common = {
    version: '1',
    license: 'Apache-2.0',
    source,
    input: { width: 64, height: 64 },
    labels: ['red', 'green', 'blue'],
  };
  // Each its own: taken for another it would show.
  const facts = {
    one: { sha256: 'ab'.repeat(32), provider: 'cpu', inputShape: 'fixed' },
    two: { sha256: 'cd'.repeat(32), provider: 'cuda', inputShape: 'rectangular' },
  } as const;
  pool.models = pool.models.map(model => ({ ...model, ...facts[model.name as keyof typeof facts] }));
  const warm = ({ inputShape: shape, ...fact }: (typeof facts)['one' | 'two']) => {
    return { ...fact, input: { ...common.input, shape } };
  };
  assert.deepEqual((await app.inject('/models')).json(), {
    models: [
      { name: 'one', default: true, ...common, ...warm(facts.one) },
      { name: 'two', default: false, ...common, ...warm(facts.two) },
    ],
  });
  pool.models = [];
  assert.deepEqual((await app.inject('/models')).json().models[0], { name: 'one', default: true, ...common });
});

test('the model option picks among them, by the name of the manifest', async () => {
  const { app, pool } = await createTestApp({ env: { MODEL: 'one,two' } });
  for (const [query, name] of [
    ['', 'one'],
    ['?model=two', 'two'],
    ['?model=one', 'one'],
  ] as const) {
    const response = await app.inject({ ...post, url: `/detect${query}` });
    assert.equal(response.json().model.name, name);
    assert.equal(pool.jobs.at(-1)?.model, name);
  }
  const unknown = await app.inject({ ...post, url: '/detect?model=three' });
  assert.deepEqual([unknown.statusCode, unknown.json().code], [404, 'not_found']);
});

test('the same picture gives the same bytes', async () => {
  const { app } = await createTestApp();
  const request = { ...post, headers: { ...post.headers, 'x-request-id': 'same' } };
  assert.equal((await app.inject(request)).body, (await app.inject(request)).body);
});

test('every answer has the headers that keep browsers from guessing', async () => {
  const { app } = await createTestApp();
  for (const url of ['/health/live', '/models', '/nothing', '/metrics']) {
    const { headers } = await app.inject(url);
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['cache-control'], 'no-store', url);
    assert.match(String(headers['content-security-policy']), /^default-src 'none'/, url);
  }
  const { headers } = await app.inject('/docs/');
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /script-src 'self';/, 'the UI has its own');
  assert.doesNotMatch(policy, /https?:|upgrade-insecure-requests/, 'it works over plain HTTP and asks nobody else');
});
