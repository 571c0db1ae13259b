import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SERVER_VERSION } from '../../../src/http/oip/metadata.ts';
import { inputsOf } from '../../../src/http/oip/model-tensors.ts';
import { assertOip } from '../../support/oip-schema.ts';
import { createTestApp } from '../../support/test-app.ts';

test('the server says what it is, with and without the slash of the specification', async () => {
  const { app } = await createTestApp();
  for (const url of ['/v2', '/v2/']) {
    const response = await app.inject(url);
    assert.equal(response.statusCode, 200);
    assertOip('metadata_server_response', response.json());
    assert.deepEqual(response.json().extensions, ['binary_tensor_data']);
  }
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  assert.equal(SERVER_VERSION, version);
});

test('a model says its two inputs and its outputs', async () => {
  const { app, pool } = await createTestApp({ env: { MODEL: 'tiny,other' } });
  for (const url of ['/v2/models/other', '/v2/models/other/versions/1']) {
    const response = await app.inject(url);
    assert.equal(response.statusCode, 200);
    assertOip('metadata_model_response', response.json());
    const { name, versions, inputs, outputs } = response.json();
    assert.deepEqual([name, versions], ['other', ['1']]);
    assert.deepEqual(inputs, [
      { name: 'image', datatype: 'BYTES', shape: [-1] },
      { name: 'input', datatype: 'FP32', shape: [-1, 3, 64, 64] },
    ]);
    assert.ok(outputs.some((output: { name: string }) => output.name === 'uncertainty'));
  }
  pool.models = pool.models.map(model => (model.name === 'other' ? { ...model, inputShape: 'rectangular' } : model));
  for (const [model, sides] of [
    ['other', [-1, -1]],
    ['tiny', [64, 64]],
  ] as const) {
    const { inputs } = (await app.inject(`/v2/models/${model}`)).json();
    assert.deepEqual(inputs[1].shape, [-1, 3, ...sides], model);
  }
});

test('network input of a model that keeps the ratio is said to have any sides', async () => {
  const { models } = await createTestApp();
  const [model] = [...models];
  const { manifest } = model!;
  const resize = { ...manifest.input.resize, fit: 'keep-ratio' } as const;
  const keeping = { ...model!, manifest: { ...manifest, input: { ...manifest.input, resize } } };
  assert.deepEqual(inputsOf(keeping, undefined)[1]!.shape, [-1, 3, -1, -1]);
  assert.deepEqual(inputsOf(model!, undefined)[1]!.shape, [-1, 3, 64, 64]);
});

const HEALTH: [url: string, ready: object][] = [
  ['/v2/health/live', { live: true }],
  ['/v2/health/ready', { ready: true }],
  ['/v2/models/tiny/ready', { name: 'tiny', ready: true }],
  ['/v2/models/tiny/versions/1/ready', { name: 'tiny', ready: true }],
];

test('health, as KServe reads it in the body and Triton in the status', async () => {
  const { app, pool } = await createTestApp();
  for (const [url, ready] of HEALTH) {
    const response = await app.inject(url);
    assert.deepEqual([response.statusCode, response.json()], [200, ready], url);
  }
  pool.alive = false;
  for (const [url] of HEALTH) {
    const response = await app.inject(url);
    assert.equal(response.statusCode, url.endsWith('/live') ? 200 : 503, url);
    if (response.statusCode === 503) assertOip('error_response', response.json());
  }
});

test('what is not here is 404 with an error', async () => {
  const { app } = await createTestApp();
  for (const url of [
    '/v2/models/none',
    '/v2/models/none/ready',
    '/v2/models/tiny/versions/9/ready',
    '/v2/models/tiny/config',
  ]) {
    const response = await app.inject(url);
    assert.equal(response.statusCode, 404, url);
    assertOip('error_response', response.json());
  }
});

test('probes are open, metadata wants the key', async () => {
  const { app } = await createTestApp({ env: { API_KEYS: 'a-key-of-16-chars' } });
  for (const [url, status] of [
    ['/v2/health/live', 200],
    ['/v2/health/ready', 200],
    ['/v2', 401],
    ['/v2/models/tiny', 401],
    ['/v2/models/tiny/ready', 401],
  ] as const) {
    assert.equal((await app.inject(url)).statusCode, status, url);
  }
  const headers = { authorization: 'Bearer a-key-of-16-chars' };
  assert.equal((await app.inject({ url: '/v2/models/tiny/ready', headers })).statusCode, 200);
});

test('the check of the schema can fail', () => {
  assert.throws(() => assertOip('error_response', { detail: 'x' }), /Not a error_response/);
  assert.throws(() => assertOip('inference_response', { model_name: 'x', outputs: [{ name: 'y' }] }));
});
