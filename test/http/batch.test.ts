import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../../src/errors.ts';
import { FAKE_RESULT } from '../support/fake-pool.ts';
import { JPEG_HEAD, multipart, type Part } from '../support/pictures.ts';
import { createTestApp, type TestService } from '../support/test-app.ts';

/** A picture with a number, so that order and identity show. */
const picture = (number: number): Part => {
  return { name: 'image', filename: `${number}.jpg`, content: Buffer.concat([JPEG_HEAD, Buffer.of(number)]) };
};
const send = ({ app }: TestService, parts: Part[], query = '') => {
  const { headers, body } = multipart(parts);
  return app.inject({ method: 'POST', url: `/detect/batch${query}`, headers, payload: body });
};
const numberOf = (bytes: Uint8Array) => bytes.at(-1)!;

test('results come in the order of the pictures, whatever the order of the work', async () => {
  const service = await createTestApp();
  service.pool.answer = async ({ bytes }) => {
    await new Promise(resolve => setTimeout(resolve, 30 - 10 * numberOf(bytes)));
    return { ...structuredClone(FAKE_RESULT), image: { width: numberOf(bytes), height: 1 } };
  };
  const response = await send(service, [picture(1), picture(2), picture(3)]);
  assert.equal(response.statusCode, 200, response.body);
  const { results } = response.json();
  assert.deepEqual(
    results.map((result: { image: { width: number } }) => result.image.width),
    [1, 2, 3],
  );
  for (const result of results) {
    assert.equal(result.request_id, response.headers['x-request-id']);
    assert.equal(result.timings_ms, undefined);
  }
});

test('one bad picture does not fail the others', async () => {
  const service = await createTestApp();
  service.pool.answer = async ({ bytes }) => {
    if (numberOf(bytes) === 2) throw new ServiceError('unprocessable_image', 'The picture does not decode.');
    return FAKE_RESULT;
  };
  const svg: Part = { name: 'image', filename: 'x.svg', content: '<svg/>' };
  const response = await send(service, [picture(1), picture(2), svg, picture(3)]);
  assert.equal(response.statusCode, 200);
  const codes = response.json().results.map((result: { code?: string }) => result.code);
  assert.deepEqual(codes, [undefined, 'unprocessable_image', 'unsupported_media_type', undefined]);
});

test('options hold for every picture', async () => {
  const service = await createTestApp();
  const options = { name: 'max_detections', content: '7' };
  const response = await send(service, [picture(1), options, picture(2)], '?include=timings');
  assert.deepEqual(
    service.pool.jobs.map(job => job.options.maxDetections),
    [7, 7],
  );
  for (const { timings_ms } of response.json().results) assert.equal(timings_ms.inference, 41);
});

test('pictures beyond the queue are problems of their own', async () => {
  const service = await createTestApp({ env: { QUEUE_CAPACITY: '1' } });
  const response = await send(service, [1, 2, 3, 4, 5].map(picture));
  const codes = response.json().results.map((result: { code?: string }) => result.code);
  assert.deepEqual(
    codes,
    [undefined, undefined, undefined, 'overloaded', 'overloaded'],
    'two slots and one in the queue',
  );
});

test('a bug at one picture is logged and says nothing', async () => {
  const service = await createTestApp();
  service.pool.answer = async () => {
    throw new TypeError('secret');
  };
  const response = await send(service, [picture(1)]);
  assert.equal(response.json().results[0].code, 'internal');
  assert.doesNotMatch(response.body, /secret/);
  const line = service.logs.find(({ msg }) => msg === 'request');
  assert.equal(line?.level, 50);
});

const REFUSED: [name: string, parts: Part[], env: Record<string, string>, detail: string][] = [
  ['no picture', [{ name: 'classes', content: 'red' }], {}, 'The form has no picture; add parts named "image".'],
  ['too many pictures', [1, 2, 3].map(picture), { MAX_IMAGES_PER_REQUEST: '2' }, 'The form has more than 2 pictures.'],
  [
    'a file of another name',
    [picture(1), { name: 'mask', filename: 'm.png', content: 'x' }],
    {},
    'The form has a file named "mask"; the pictures of a batch are named "image".',
  ],
  [
    'an empty picture',
    [picture(1), { name: 'image', filename: 'e.jpg', content: '' }],
    {},
    'The file part "image" is empty.',
  ],
  ['an unknown option', [picture(1), { name: 'colour', content: 'x' }], {}, 'Unknown option "colour"'],
];

for (const [name, parts, env, detail] of REFUSED) {
  test(`the whole batch is 400 for ${name}`, async () => {
    const response = await send(await createTestApp({ env }), parts);
    assert.equal(response.statusCode, 400);
    assert.equal(response.json().detail.slice(0, detail.length), detail);
  });
}

test('a batch is multipart', async () => {
  const { app } = await createTestApp();
  for (const type of ['image/jpeg', 'application/json']) {
    const response = await app.inject({
      method: 'POST',
      url: '/detect/batch',
      headers: { 'content-type': type },
      payload: JPEG_HEAD,
    });
    assert.equal(response.statusCode, 400);
    assert.match(response.json().detail, /one part named "image" each/);
  }
});

test('as many pictures as are accepted, without a warning from Node', async t => {
  const warnings: Error[] = [];
  const collect = (warning: Error) => warnings.push(warning);
  process.on('warning', collect);
  t.after(() => process.off('warning', collect));
  const response = await send(
    await createTestApp(),
    Array.from({ length: 16 }, (_, index) => picture(index)),
  );
  assert.equal(response.json().results.length, 16);
  await new Promise(setImmediate);
  assert.deepEqual(warnings.map(String), []);
});

test('large results do not hold the event loop together: each is said in a turn of its own', async () => {
  const service = await createTestApp();
  const [detection] = FAKE_RESULT.detections;
  const pictures = Array.from({ length: 12 }, (_, number) => picture(number));
  async function turnsFor(detections: number): Promise<number> {
    const result = { ...FAKE_RESULT, detections: Array(detections).fill(detection) };
    service.pool.answer = async () => result;
    let turns = 0;
    let counting = true;
    const count = () => {
      turns += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const response = await send(service, pictures);
    counting = false;
    for (const { detections: said } of response.json().results) assert.equal(said.length, detections);
    return turns;
  }
  await turnsFor(1); // what is loaded and compiled at first
  const [few, many] = [await turnsFor(1), await turnsFor(101)];
  assert.ok(many >= few + 10, `${few} turns for small results, ${many} for large ones`);
});
