import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JPEG_HEAD, multipart, type Part } from '../../support/pictures.ts';
import { createTestApp } from '../../support/test-app.ts';

const KEY = 'a-key-of-16-chars';
const image: Part = { name: 'image', filename: 'image', content: JPEG_HEAD };

async function post(parts: Part[], { path = '/v1/vision/detection', env = {} } = {}) {
  const service = await createTestApp({ env });
  const { headers, body } = multipart(parts);
  const response = await service.app.inject({ method: 'POST', url: path, headers, payload: body });
  return { ...service, response, json: response.json() };
}

/**
 * What `requests.post(url, data=…, files={"image": bytes})` puts on the wire, captured from requests 2.34: a file name, no
 * Content-Type of the part, and a field for every value that is not None, the empty one included. So send
 * blakeblackshear/frigate frigate/detectors/plugins/deepstack.py@03222bff `detect_raw`, and robmarkcole/deepstack-python
 * deepstack/core.py@06ca9152 `post_image`, which is Home Assistant's deepstack_object.
 */
function asRequestsSends(fields: [string, string][]): { headers: Record<string, string>; payload: Buffer } {
  const boundary = 'c6bbb4cfdf0b2a9ad1b1ba3d6b4d8a52';
  const lines = fields.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="image"\r\n\r\n`;
  const payload = Buffer.concat([
    Buffer.from(lines.join('') + head),
    JPEG_HEAD,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, payload };
}

test('the answer has the types of DeepStack: whole pixels, seconds, highest confidence first', async () => {
  const { response, json } = await post([image]);
  assert.equal(response.statusCode, 200);
  const { success, predictions, duration, ...rest } = json;
  assert.equal(success, true);
  assert.deepEqual(predictions, [
    { label: 'blue', confidence: 0.87123, x_min: 10, y_min: 33, x_max: 120, y_max: 300 },
    { label: 'red', confidence: 0.5, x_min: 0, y_min: 0, x_max: 640, y_max: 480 },
  ]);
  assert.ok(typeof duration === 'number' && duration >= 0 && duration < 10);
  const { analysisRoundTripMs, ...fixed } = rest;
  assert.ok(Number.isInteger(analysisRoundTripMs));
  assert.deepEqual(fixed, {
    message: 'Found blue, red',
    count: 2,
    command: 'detect',
    moduleId: 'tiny',
    executionProvider: 'CPU',
    canUseGPU: false,
    inferenceMs: 41,
    processMs: 47,
  });
});

test('Frigate: an empty api_key, and everything it reads from the answer', async () => {
  const { app } = await createTestApp();
  const url = '/v1/vision/detection';
  const response = await app.inject({ method: 'POST', url, ...asRequestsSends([['api_key', '']]) });
  assert.equal(response.statusCode, 200, response.body);
  // detect_raw: predictions is not None; confidence, label, y_min, x_min, y_max, x_max of each.
  for (const one of response.json().predictions) {
    assert.equal(typeof one.label, 'string');
    for (const key of ['confidence', 'x_min', 'y_min', 'x_max', 'y_max']) assert.equal(typeof one[key], 'number', key);
  }
});

test('Home Assistant, CodeProject.AI: min_confidence as Python writes a float', async () => {
  const { app, pool } = await createTestApp();
  const url = '/v1/vision/detection';
  const response = await app.inject({ method: 'POST', url, ...asRequestsSends([['min_confidence', '0.1']]) });
  assert.equal(response.statusCode, 200, response.body);
  assert.equal(pool.jobs[0]!.options.scoreThreshold, 0.1);
});

test('without min_confidence it is 0.4; fields that nobody knows are ignored', async () => {
  const { pool, response } = await post([{ name: 'min_confidence', content: '' }, { name: 'x', content: 'y' }, image]);
  assert.equal(response.statusCode, 200);
  assert.equal(pool.jobs[0]!.options.scoreThreshold, 0.4);
});

test('custom models are those that are served, by name', async () => {
  const env = { MODEL: 'tiny,other' };
  const { pool, response } = await post([image], { env, path: '/v1/vision/custom/other' });
  assert.equal(response.statusCode, 200);
  assert.equal(pool.jobs[0]!.model, 'other');
  const list = await post([], { env, path: '/v1/vision/custom/list' });
  assert.deepEqual(list.json, { success: true, models: ['tiny', 'other'] });
  const { app } = await createTestApp({ env });
  const bodiless = await app.inject({ method: 'POST', url: '/v1/vision/custom/list' });
  assert.deepEqual(bodiless.json(), { success: true, models: ['tiny', 'other'] });
});

const PROXY = { authorization: 'Bearer of-the-proxy', 'x-api-key': 'of-the-proxy' };

const KEYS: [name: string, parts: Part[], headers: Record<string, string>, status: number][] = [
  ['in the form', [{ name: 'api_key', content: KEY }, image], {}, 200],
  ['in the form, after the picture', [image, { name: 'api_key', content: KEY }], {}, 200],
  ['in the head', [image], { 'x-api-key': KEY }, 200],
  [
    'in the head, with the empty field that Frigate sends',
    [{ name: 'api_key', content: '' }, image],
    { 'x-api-key': KEY },
    200,
  ],
  ['in the form, beside the token that a proxy adds', [{ name: 'api_key', content: KEY }, image], PROXY, 200],
  ['missing', [image], {}, 401],
  ['wrong', [{ name: 'api_key', content: 'another-key-of-16' }, image], {}, 401],
];

for (const [name, parts, headers, status] of KEYS) {
  test(`a key ${name}: ${status}`, async () => {
    const { app, pool } = await createTestApp({ env: { API_KEYS: KEY } });
    const form = multipart(parts);
    for (const url of ['/v1/vision/detection', '/v1/vision/custom/list', '/v1/vision/custom/tiny']) {
      const request = { method: 'POST', url, headers: { ...form.headers, ...headers }, payload: form.body } as const;
      const response = await app.inject(request);
      assert.equal(response.statusCode, status, url);
      assert.equal(response.json().success, status === 200);
    }
    assert.equal(pool.jobs.length, status === 200 ? 2 : 0);
  });
}

const ERRORS: [name: string, parts: Part[], path: string, status: number, error: RegExp][] = [
  [
    'no picture',
    [{ name: 'min_confidence', content: '0.5' }],
    '/v1/vision/detection',
    400,
    /^No valid image file found/,
  ],
  ['an empty picture', [{ ...image, content: '' }], '/v1/vision/detection', 400, /^No valid image file found/],
  [
    'a confidence that is none',
    [{ name: 'min_confidence', content: '40%' }, image],
    '/v1/vision/detection',
    400,
    /^min_confidence is "40%"; expected a number from 0 to 1\.$/,
  ],
  ['a model that is not here', [image], '/v1/vision/custom/ipcam', 404, /no model "ipcam" here; there is tiny/],
  ['a picture that is none', [{ ...image, content: 'text' }], '/v1/vision/detection', 415, /no picture format/],
  ['a path of DeepStack that is not here', [image], '/v1/vision/face', 404, /nothing at this path/],
];

for (const [name, parts, path, status, error] of ERRORS) {
  test(`${name}: ${status}, told as DeepStack does`, async () => {
    const { response, json } = await post(parts, { path });
    assert.equal(response.statusCode, status);
    assert.equal(response.headers['content-type'], 'application/json');
    assert.match(json.error, error);
    assert.deepEqual({ ...json, error: '' }, { success: false, error: '', code: status, duration: 0 });
  });
}

test('a wrong method is 405, told as DeepStack does', async () => {
  const { app } = await createTestApp();
  const response = await app.inject('/v1/vision/detection');
  assert.deepEqual([response.statusCode, response.headers.allow, response.json().success], [405, 'POST', false]);
});

test('a full queue is 429 with Retry-After here, too', async () => {
  const { app, pool } = await createTestApp({ env: { QUEUE_CAPACITY: '1', DEADLINE_MS: '1000' } });
  pool.slots = 0;
  const { headers, body } = multipart([image]);
  const send = () => app.inject({ method: 'POST', url: '/v1/vision/detection', headers, payload: body });
  const waits = send();
  await new Promise(resolve => setTimeout(resolve, 50));
  const refused = await send();
  assert.equal(refused.statusCode, 429);
  assert.ok(Number(refused.headers['retry-after']) >= 1);
  assert.equal(refused.json().success, false);
  pool.slots = 1;
  const freed = await app.inject({ method: 'GET', url: '/health/live' });
  assert.equal(freed.statusCode, 200);
  void waits;
});
