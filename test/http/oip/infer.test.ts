import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../../../src/errors.ts';
import { assertOip } from '../../support/oip-schema.ts';
import { JPEG_HEAD } from '../../support/pictures.ts';
import { slowedDown } from '../../support/slowed-down.ts';
import { createTestApp } from '../../support/test-app.ts';
import {
  byteTensor,
  type TritonInput,
  type TritonRequest,
  tritonRequest,
  tritonResult,
} from '../../support/triton-client.ts';

/** Of CPU time. Seen: 120 to 620; with `flat` twice as much. */
const MOST_MS = 1000;
const PATH = '/v2/models/tiny/infer';
const base64 = JPEG_HEAD.toString('base64');
const pictures = (n: number): TritonInput => ({
  name: 'image',
  shape: [n],
  datatype: 'BYTES',
  raw: byteTensor(Array.from({ length: n }, () => JPEG_HEAD)),
});
const json = (body: unknown): TritonRequest => ({ headers: {}, payload: Buffer.from(JSON.stringify(body)) });

async function infer(request: TritonRequest, { url = PATH, env = {} } = {}) {
  const service = await createTestApp({ env });
  const response = await service.app.inject({ method: 'POST', url, ...request });
  return { ...service, response };
}

test('Triton: pictures and outputs in binary', async () => {
  const { response, pool } = await infer(tritonRequest([pictures(2)], { id: '42' }));
  assert.equal(response.statusCode, 200, response.body);
  assert.equal(response.headers['content-type'], 'application/octet-stream');
  const result = tritonResult(response.rawPayload, response.headers);
  const { model_name, model_version, id, outputs } = result.response;
  assert.deepEqual([model_name, model_version, id], ['tiny', '1', '42']);
  assert.deepEqual(
    outputs.map(({ name, shape }) => [name, shape]),
    [
      ['num_detections', [2]],
      ['boxes', [2, 2, 4]],
      ['scores', [2, 2]],
      ['class_ids', [2, 2]],
      ['labels', [2, 2]],
      ['uncertainty', [2, 2, 4]],
      ['image_size', [2, 2]],
    ],
  );
  assert.deepEqual(result.as('num_detections'), [2, 2]);
  assert.deepEqual(result.as('class_ids'), [2, 0, 2, 0]);
  assert.deepEqual(result.as('labels'), ['blue', 'red', 'blue', 'red']);
  assert.deepEqual(result.as('image_size'), [640, 480, 640, 480]);
  assert.deepEqual(result.as('scores')!.slice(0, 2), [Math.fround(0.87123), 0.5]);
  assert.deepEqual(result.as('boxes')!.slice(0, 8), [10.2, 33, 120.5, 300.1, 0, 0, 640, 480].map(Math.fround));
  assert.deepEqual(result.as('uncertainty')!.slice(0, 8), [1.2, 0.94, 4.8, 2, 0, 0, 0, 0].map(Math.fround));
  assert.equal(pool.jobs.length, 2);
  for (const { bytes } of pool.jobs) assert.deepEqual(Buffer.from(bytes), JPEG_HEAD);
});

test('rows are as long as the longest, and filled with nothing', async () => {
  const { app, pool } = await createTestApp();
  const { answer } = pool;
  let calls = 0;
  pool.answer = async (job, signal) => {
    const result = await answer(job, signal);
    result.detections = result.detections.slice(0, calls++);
    return result;
  };
  const request = tritonRequest([pictures(3)], {
    outputs: ['num_detections', 'scores', 'class_ids', 'labels', 'boxes'].map(name => ({ name, binary: false })),
  });
  const response = await app.inject({ method: 'POST', url: PATH, ...request });
  const result = tritonResult(response.rawPayload, response.headers);
  assert.deepEqual(result.as('num_detections'), [0, 1, 2]);
  assert.deepEqual(result.as('class_ids'), [-1, -1, 2, -1, 2, 0]);
  assert.deepEqual(result.as('scores'), [0, 0, 0.87123, 0, 0.87123, 0.5]);
  assert.deepEqual(result.as('labels'), ['', '', 'blue', '', 'blue', 'red']);
  assert.equal(result.as('boxes')!.length, 3 * 2 * 4);
});

test('no detection at all: empty tensors, in JSON and in binary', async () => {
  const { app, pool } = await createTestApp();
  const { answer } = pool;
  pool.answer = async (job, signal) => ({ ...(await answer(job, signal)), detections: [] });
  for (const binary of [true, false]) {
    const request = tritonRequest([pictures(2)], { outputs: [{ name: 'boxes', binary }] });
    const response = await app.inject({ method: 'POST', url: PATH, ...request });
    const result = tritonResult(response.rawPayload, response.headers);
    assert.deepEqual(result.response.outputs[0]!.shape, [2, 0, 4]);
    assert.deepEqual(result.as('boxes'), []);
  }
});

test('KServe: base64 in JSON, the answer in JSON, whatever the Content-Type', async () => {
  for (const type of ['application/json', 'application/octet-stream', undefined]) {
    const request = tritonRequest([{ name: 'image', shape: [2, 1], datatype: 'BYTES', data: [[base64], [base64]] }], {
      outputs: [],
    });
    const { response } = await infer({ ...request, headers: type === undefined ? {} : { 'content-type': type } });
    assert.equal(response.statusCode, 200, response.body);
    assert.equal(response.headers['content-type'], 'application/json');
    assert.equal(response.headers['inference-header-content-length'], undefined);
    const result = tritonResult(response.rawPayload, response.headers);
    assert.equal(result.response.id, undefined);
    assert.deepEqual(result.as('labels'), ['blue', 'red', 'blue', 'red']);
  }
});

test('an output that is asked for twice is refused: the answer would be as long as the request likes', async () => {
  const boxes = { name: 'boxes', binary: false };
  const { app, pool } = await createTestApp();
  const { headers, payload } = tritonRequest([pictures(1)], { outputs: [boxes, boxes] });
  const response = await app.inject({ method: 'POST', url: '/v2/models/tiny/infer', headers, payload });
  assert.equal(response.statusCode, 400);
  assert.match(response.json().error, /The output "boxes" is asked for twice\./);
  assert.equal(pool.jobs.length, 0);
});

test('outputs come in the order, and each in the form, that was asked for', async () => {
  const request = tritonRequest([pictures(1)], {
    outputs: [
      { name: 'scores', binary: true },
      { name: 'labels', binary: false },
      { name: 'boxes', binary: true },
    ],
    parameters: { binary_data_output: true },
  });
  const { response } = await infer(request);
  const result = tritonResult(response.rawPayload, response.headers);
  assert.deepEqual(
    result.response.outputs.map(({ name }) => name),
    ['scores', 'labels', 'boxes'],
  );
  assert.ok('data' in result.response.outputs[1]!, 'binary_data says it, before binary_data_output');
});

test("Triton's raw binary request: the body is the picture", async () => {
  const { response, pool } = await infer({ headers: { 'inference-header-content-length': '0' }, payload: JPEG_HEAD });
  assert.equal(response.statusCode, 200, response.body);
  assert.deepEqual(Buffer.from(pool.jobs[0]!.bytes), JPEG_HEAD);
  assert.deepEqual(tritonResult(response.rawPayload, response.headers).as('num_detections'), [2]);
});

test('parameters are the options of a detection; those of the protocol are left alone', async () => {
  const parameters = {
    score_threshold: 0.5,
    classes: 'red,2',
    max_detections: 7,
    sequence_id: 3,
    priority: 1,
    timeout: 9,
  };
  const { response, pool } = await infer(tritonRequest([pictures(1)], { parameters }));
  assert.equal(response.statusCode, 200, response.body);
  assert.deepEqual(pool.jobs[0]!.options, { scoreThreshold: 0.5, maxDetections: 7, classes: ['red', 'blue'] });
});

test('network input goes to the engine as it is, in binary, flat and nested', async () => {
  const values = Float32Array.from({ length: 2 * 3 * 32 * 64 }, (_, i) => i / 7);
  const raw = Buffer.from(values.buffer);
  const nested: unknown[] = Array.from({ length: 2 }, (_, n) =>
    Array.from({ length: 3 }, (_, c) =>
      Array.from({ length: 32 }, (_, y) => Array.from(values.subarray(((n * 3 + c) * 32 + y) * 64).subarray(0, 64))),
    ),
  );
  const forms: Partial<TritonInput>[] = [{ raw }, { data: Array.from(values) }, { data: nested }];
  for (const form of forms) {
    const { response, pool } = await infer(
      tritonRequest([{ name: 'input', datatype: 'FP32', shape: [2, 3, 32, 64], ...form }]),
    );
    assert.equal(response.statusCode, 200, response.body);
    assert.deepEqual(
      pool.jobs.map(({ tensor }) => tensor),
      [
        { width: 64, height: 32 },
        { width: 64, height: 32 },
      ],
    );
    assert.ok(Buffer.concat(pool.jobs.map(({ bytes }) => bytes)).equals(raw));
  }
});

test('long bodies are read one in a turn of the event loop, so that others have theirs between', async () => {
  const size = { height: 256, width: 416 };
  const data = Array.from({ length: 3 * size.height * size.width }, (_, i) => i / 7);
  const request = tritonRequest([{ name: 'input', datatype: 'FP32', shape: [1, 3, size.height, size.width], data }]);
  assert.ok(request.payload.length > 2_000_000);
  const { app, pool } = await createTestApp();
  const inTurns: number[] = [];
  let over = false;
  const look = () => {
    if (inTurns.at(-1) !== pool.jobs.length) inTurns.push(pool.jobs.length);
    if (!over) setImmediate(look);
  };
  look();
  const responses = await Promise.all(
    Array.from({ length: 4 }, () => app.inject({ method: 'POST', url: PATH, ...request })),
  );
  await new Promise(resolve => setImmediate(resolve));
  over = true;
  assert.deepEqual(
    responses.map(({ statusCode }) => statusCode),
    [200, 200, 200, 200],
  );
  assert.deepEqual(inTurns, [0, 1, 2, 3, 4]);
});

test('numbers and strings beyond number are refused, and take little of the event loop', async t => {
  const list = (element: string, count: number) => new Array(count).fill(element).join(',');
  const numbers = '{"inputs":[{"name":"input","datatype":"FP32","shape":[1,3,2048,2048],"data":';
  const strings = '{"inputs":[{"name":"image","datatype":"BYTES","shape":[16],"data":';
  const bodies: [name: string, body: string, error: RegExp][] = [
    [
      'nested numbers',
      `${numbers}[${list(`[${list('0.12345', 400)}]`, 6000)}]}]}`,
      /of 12582912 values, the data of 2400000/,
    ],
    ['numbers', `${numbers}[[1],${list('0.12345', 2_000_000)}]}]}`, /of 12582912 values, the data of 2000001/],
    [
      'strings',
      `${strings}[${list('"abcd"', 2_400_000)}]}]}`,
      /^The JSON has more than 25000 strings; send large tensors/,
    ],
  ];
  for (const [name, body, error] of bodies) {
    const request = { headers: { 'content-type': 'application/json' }, payload: Buffer.from(body) };
    const start = process.cpuUsage();
    const { response } = await infer(request);
    const ms = process.cpuUsage(start).user / 1000;
    t.diagnostic(`${name}: ${ms.toFixed(0)} ms of CPU`);
    assert.match(response.json().error, error);
    assert.ok(ms < MOST_MS * slowedDown(), `${name}: ${ms} ms`);
  }
});

const image = { name: 'image', shape: [1], datatype: 'BYTES' };
const tensor = { name: 'input', shape: [1, 3, 32, 32], datatype: 'FP32' };
const withLength = (length: string, payload: Buffer | string): TritonRequest => ({
  headers: { 'inference-header-content-length': length },
  payload: Buffer.from(payload),
});
const behind = (input: object, rest: Buffer) => {
  const head = JSON.stringify({ inputs: [input] });
  return withLength(String(head.length), Buffer.concat([Buffer.from(head), rest]));
};

const REFUSED: [name: string, request: TritonRequest, error: RegExp][] = [
  ['an empty body', { headers: {}, payload: Buffer.alloc(0) }, /^The body is empty/],
  ['no JSON', { headers: {}, payload: JPEG_HEAD }, /^The body is not JSON/],
  ['JSON that is no object', json([]), /^The inference request has to be a JSON object/],
  ['an id that is no string', json({ id: 42, inputs: [{ ...image, data: [base64] }] }), /^The "id"/],
  ['no inputs', json({}), /exactly one input/],
  ['two inputs', json({ inputs: [image, image] }), /exactly one input/],
  ['an input that is nobody’s', json({ inputs: [{ ...image, name: 'x', data: [base64] }] }), /not "x" of BYTES\.$/],
  [
    'an input of the wrong datatype',
    json({ inputs: [{ ...image, datatype: 'UINT8', data: [1] }] }),
    /not "image" of UINT8/,
  ],
  ['a shape that is none', json({ inputs: [{ ...image, shape: [-1], data: [base64] }] }), /"shape" of the input/],
  ['a picture that is not base64', json({ inputs: [{ ...image, data: ['%'] }] }), /^Picture 0 is not a base64 string/],
  ['letters beyond ASCII', json({ inputs: [{ ...image, data: ['/9j/4ŁAQ'] }] }), /^Picture 0 is not a base64 string/],
  [
    'more pictures than the shape',
    json({ inputs: [{ ...image, data: [base64, base64] }] }),
    /of 1 pictures, the data of 2/,
  ],
  [
    'more pictures than are worth decoding to be counted',
    json({ inputs: [{ ...image, data: Array.from({ length: 20_000 }, (_, i) => (i === 0 ? '!' : 'AA')) }] }),
    /of 1 pictures, the data of 20000/,
  ],
  ['no picture', json({ inputs: [{ ...image, shape: [0], data: [] }] }), /of 0 pictures; expected 1 to 16/],
  ['too many pictures', tritonRequest([pictures(17)]), /of 17 pictures; expected 1 to 16/],
  [
    'an empty picture',
    behind({ ...image, parameters: { binary_data_size: 4 } }, Buffer.alloc(4)),
    /^Picture 0 is empty/,
  ],
  ['a header that is no number', withLength('12x', '{}'), /^Inference-Header-Content-Length/],
  ['a header behind the end', withLength('99', '{}'), /^Inference-Header-Content-Length/],
  ['bytes that nobody has', behind({ ...image, data: [base64] }, JPEG_HEAD), /no input has a "binary_data_size"/],
  ['data twice', behind({ ...image, data: [], parameters: { binary_data_size: 13 } }, JPEG_HEAD), /send one of them/],
  [
    'a size that is an object',
    json({ inputs: [{ ...image, parameters: { binary_data_size: { toString: 1 } } }] }),
    /is an object, but 0 bytes/,
  ],
  ['a size that is wrong', behind({ ...image, parameters: { binary_data_size: 5 } }, JPEG_HEAD), /is 5, but 13 bytes/],
  [
    'an element that ends behind the end',
    behind({ ...image, parameters: { binary_data_size: 5 } }, Buffer.from([9, 0, 0, 0, 1])),
    /ends behind the end/,
  ],
  [
    'an element without its length',
    behind({ ...image, parameters: { binary_data_size: 2 } }, Buffer.alloc(2)),
    /ends behind/,
  ],
  [
    'an output that is not there',
    tritonRequest([pictures(1)], { outputs: [{ name: 'cls_8', binary: true }] }),
    /no output "cls_8"/,
  ],
  ['an unknown parameter', tritonRequest([pictures(1)], { parameters: { treshold: 1 } }), /Unknown option "treshold"/],
  [
    'the model as parameter',
    tritonRequest([pictures(1)], { parameters: { model: 'x' } }),
    /Unknown option "parameters.model"/,
  ],
  [
    'a wrong option',
    tritonRequest([pictures(1)], { parameters: { score_threshold: 2 } }),
    /score_threshold is 2; expected/,
  ],
  [
    'a flag that is none',
    json({ parameters: { binary_data_output: 1 }, inputs: [{ ...image, data: [base64] }] }),
    /has to be true or false/,
  ],
  [
    'network input of another rank',
    tritonRequest([{ ...tensor, shape: [3, 32, 32], data: [1] }]),
    /not \[pictures, 3, height, width\]/,
  ],
  [
    'network input with four channels',
    tritonRequest([{ ...tensor, shape: [1, 4, 2, 2], data: [1] }]),
    /not \[pictures, 3/,
  ],
  ['too few numbers', tritonRequest([{ ...tensor, data: [1, 2] }]), /of 3072 values, the data of 2/],
  ['too few bytes', tritonRequest([{ ...tensor, raw: Buffer.alloc(8) }]), /of 12288 bytes, the data of 8/],
  ['values that are no numbers', tritonRequest([{ ...tensor, shape: [1, 3, 1, 1], data: [1, '2', 3] }]), /^Value 1/],
  [
    'arrays in arrays in arrays',
    {
      headers: {},
      payload: Buffer.from(
        `{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":${'['.repeat(4e4)}${']'.repeat(4e4)}}]}`,
      ),
    },
    /^Picture 0 is not a base64 string|of 1 pictures/,
  ],
];

for (const [name, request, error] of REFUSED) {
  test(`400 for ${name}, in the words of the protocol`, async () => {
    const { response, pool } = await infer(request);
    assert.equal(response.statusCode, 400, response.body);
    assert.equal(response.headers['content-type'], 'application/json');
    assertOip('error_response', response.json());
    assert.match(response.json().error, error);
    assert.equal(pool.jobs.length, 0);
  });
}

const OTHERS: [name: string, url: string, env: Record<string, string>, status: number, error: RegExp][] = [
  ['a model that is not here', '/v2/models/none/infer', {}, 404, /no model "none" here; there is tiny/],
  ['a version that is not here', '/v2/models/tiny/versions/2/infer', {}, 404, /in version 1, not "2"/],
  ['no key', PATH, { API_KEYS: 'a-key-of-16-chars' }, 401, /API key/],
  ['a body that is too large', PATH, { MAX_BODY_BYTES: '1024' }, 413, /1024 bytes/],
];

for (const [name, url, env, status, error] of OTHERS) {
  test(`${status} for ${name}`, async () => {
    const { response } = await infer(tritonRequest([pictures(url === PATH ? 90 : 1)]), { url, env });
    assert.equal(response.statusCode, status);
    assertOip('error_response', response.json());
    assert.match(response.json().error, error);
  });
}

test('the version of the manifest may be in the path', async () => {
  const { response } = await infer(tritonRequest([pictures(1)]), { url: '/v2/models/tiny/versions/1/infer' });
  assert.equal(response.statusCode, 200);
});

test('one picture that fails fails the request, by its number, and the others are given up', async () => {
  const { app, pool, admission, metrics } = await createTestApp();
  const aborted: boolean[] = [];
  let calls = 0;
  pool.answer = (_job, signal) => {
    if (calls++ === 1) return Promise.reject(new ServiceError('unprocessable_image', 'The picture does not decode.'));
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        aborted.push(true);
        reject(signal.reason);
      });
    });
  };
  const response = await app.inject({ method: 'POST', url: PATH, ...tritonRequest([pictures(4)]) });
  assert.deepEqual([response.statusCode, response.json()], [422, { error: 'Picture 1: The picture does not decode.' }]);
  // The place of the one that failed is taken at once; what came into it is given up as well, and the fourth never starts.
  assert.deepEqual([aborted.length, pool.jobs.length], [2, 3]);
  const text = await metrics.registry.metrics();
  assert.match(text, /gfl_images_total\{model="tiny",outcome="given_up"\} 3/);
  assert.doesNotMatch(text, /client_gone"\} [1-9]/);
  assert.deepEqual([admission.depth, admission.inFlight], [0, 0]);
});

test('what the service answers on the way is in the words of the protocol, too', async () => {
  const { app, pool } = await createTestApp();
  pool.answer = async () => {
    throw new Error('/secret/path');
  };
  const response = await app.inject({ method: 'POST', url: PATH, ...tritonRequest([pictures(1)]) });
  assert.equal(response.statusCode, 500);
  assertOip('error_response', response.json());
  assert.doesNotMatch(response.body, /secret/);
  const wrong = await app.inject(PATH);
  assert.deepEqual([wrong.statusCode, wrong.headers.allow], [405, 'POST']);
  assertOip('error_response', wrong.json());
  const nowhere = await app.inject('/v2/repository/index');
  assert.equal(nowhere.statusCode, 404);
  assertOip('error_response', nowhere.json());
});
