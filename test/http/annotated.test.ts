import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerType } from '../../src/http/answer-type.ts';
import { negotiate } from '../../src/http/negotiate.ts';
import { FAKE_RESULT } from '../support/fake-pool.ts';
import { JPEG_HEAD } from '../support/pictures.ts';
import { openRaw } from '../support/raw-http.ts';
import { createTestApp } from '../support/test-app.ts';

const [JSON_TYPE, JPEG, PNG, WEBP] = ['application/json', 'image/jpeg', 'image/png', 'image/webp'] as const;
const OFFERS = [JSON_TYPE, JPEG, PNG, WEBP] as const;
const CHROME_PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8';

const ACCEPTS: [string, string | undefined, string | undefined][] = [
  ['absent', undefined, JSON_TYPE],
  ['empty', '', JSON_TYPE],
  ['curl', '*/*', JSON_TYPE],
  ['axios', 'application/json, text/plain, */*', JSON_TYPE],
  ['one picture', 'image/png', PNG],
  ['in capitals', 'IMAGE/PNG', PNG],
  ['any picture', 'image/*', JPEG],
  ['any picture but JPEG', 'image/jpeg;q=0, image/*', PNG],
  ['a picture, else anything', 'image/webp, */*', WEBP],
  ['anything, a picture less', 'image/webp;q=0.5, */*', JSON_TYPE],
  ['the first of equals', 'image/webp, image/jpeg', WEBP],
  ['the better of two', 'image/webp;q=0.3, image/jpeg;q=0.7', JPEG],
  ['an exact type counts for itself', 'image/*;q=0.9, image/jpeg;q=0.1', PNG],
  ['blanks and parameters', ' image/png ; level=1 ; q=0.9 , text/html', PNG],
  ['a browser that loads a page', CHROME_PAGE, WEBP],
  ['a browser that loads a picture', 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', WEBP],
  ['only what we have not', 'image/gif', undefined],
  ['nothing at all', '*/*;q=0', undefined],
  ['all refused but one', '*/*;q=0, image/png;q=0.1', PNG],
  ['nothing that can be read', 'garbage', JSON_TYPE],
  ['a half wildcard is none', '*/png', JSON_TYPE],
];

test('Accept: a quality of half a million digits with a wrong end is read at once', { timeout: 20_000 }, () => {
  assert.equal(negotiate(`image/png;q=${'1'.repeat(500_000)}x, image/*;q=1.`, OFFERS), PNG);
});

for (const [name, accept, expected] of ACCEPTS) {
  test(`Accept: ${name}`, () => assert.equal(negotiate(accept, OFFERS), expected));
}

const DEFAULTS: [name: string, accept: string, expected: string][] = [
  ['Java 8 to 17', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', JSON_TYPE],
  ['later Java 17', 'text/html, image/gif, image/jpeg, */*; q=0.2', JSON_TYPE],
  ['Java as a proxy spaces it', 'text/html,image/gif,image/jpeg,*;q=.2,*/*;q=.2', JSON_TYPE],
  ['a page', CHROME_PAGE, WEBP],
  ['a JPEG', JPEG, JPEG],
  ['a JPEG, else anything', 'image/jpeg, */*; q=0.2', JPEG],
  ['HTML or a JPEG', 'text/html, image/jpeg', JPEG],
];

for (const [name, accept, expected] of DEFAULTS) {
  test(`Accept of a client: ${name} is ${expected}`, () => assert.equal(answerType(accept), expected));
}

const ENCODED = Buffer.from('an encoded picture');
const raw = { 'content-type': 'application/octet-stream' };

async function annotating() {
  const service = await createTestApp();
  service.pool.answer = async job => ({
    ...structuredClone(FAKE_RESULT),
    ...(job.annotate && { annotated: new Uint8Array(ENCODED) }),
    timings: { ...FAKE_RESULT.timings, ...(job.annotate && { annotate: 12.5 }) },
  });
  const ask = (headers: Record<string, string>, query = '') =>
    service.app.inject({ method: 'POST', url: `/detect${query}`, headers: { ...raw, ...headers }, payload: JPEG_HEAD });
  return { ...service, ask };
}

test('a picture is asked of the engine in the format wanted, and comes as it is', async () => {
  const { ask, pool, metrics } = await annotating();
  const answer = await ask({ accept: 'image/webp' }, '?bands=true&score_threshold=0.4');
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'image/webp');
  assert.equal(answer.headers.vary, 'Accept');
  assert.match(String(answer.headers['server-timing']), /annotate;dur=12\.5, total;/);
  assert.deepEqual(answer.rawPayload, ENCODED);
  assert.deepEqual(pool.jobs[0]?.annotate, { format: 'webp', bands: true });
  assert.equal(pool.jobs[0]?.options.scoreThreshold, 0.4);
  const text = await metrics.registry.metrics();
  assert.match(text, /gfl_stage_duration_seconds_count\{model="tiny",stage="annotate"\} 1/);
});

test('JSON asks for no picture, and has no stage for one', async () => {
  const { ask, pool, metrics } = await annotating();
  const answer = await ask({ accept: 'application/json' }, '?bands=1&include=timings');
  assert.equal(answer.statusCode, 200);
  assert.equal(pool.jobs[0]?.annotate, undefined);
  assert.equal(answer.json().timings_ms.annotate, undefined);
  assert.doesNotMatch(await metrics.registry.metrics(), /stage="annotate"/);
});

test('what cannot be given is refused, and the engine is not troubled', async () => {
  const { ask, pool } = await annotating();
  const answer = await ask({ accept: 'image/gif, text/html' });
  assert.equal(answer.statusCode, 400);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  assert.equal(answer.json().code, 'invalid_request');
  assert.match(answer.json().detail, /application\/json, image\/jpeg, image\/png, image\/webp/);
  assert.equal(pool.jobs.length, 0);
});

test('a problem is a problem, whatever was wanted', async () => {
  const { ask } = await annotating();
  const answer = await ask({ accept: 'image/png' }, '?bands=perhaps');
  assert.equal(answer.statusCode, 400);
  assert.equal(answer.json().detail, 'Option bands is "perhaps"; expected true, false, 1 or 0.');
});

test('one client has three quarters of the places for pictures to annotate', async () => {
  const { app, pool } = await createTestApp({ env: { QUEUE_CAPACITY: '4' } });
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  pool.answer = async () => {
    await held;
    return { ...structuredClone(FAKE_RESULT), annotated: new Uint8Array(ENCODED) };
  };
  pool.slots = 10;
  const headers = { ...raw, accept: 'image/png' };
  const ask = (remoteAddress: string) =>
    app.inject({ method: 'POST', url: '/detect', headers, payload: JPEG_HEAD, remoteAddress });
  const drawn = ['192.0.2.1', '192.0.2.1', '192.0.2.1'].map(ask);
  while (pool.jobs.length < 3) await new Promise(setImmediate);
  assert.equal((await ask('192.0.2.1')).statusCode, 429);
  drawn.push(ask('192.0.2.2'));
  while (pool.jobs.length < 4) await new Promise(setImmediate);
  assert.equal((await ask('192.0.2.3')).statusCode, 429, 'there are four');
  release();
  for (const answer of await Promise.all(drawn)) assert.equal(answer.statusCode, 200);
  assert.equal((await ask('192.0.2.1')).statusCode, 200, 'its places are free again');
});

test('more pictures to annotate than may wait are refused before their bodies; JSON is not', async () => {
  const { app, pool } = await createTestApp({ env: { QUEUE_CAPACITY: '2' } });
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  pool.answer = async job => {
    if (job.annotate) await held;
    return { ...structuredClone(FAKE_RESULT), ...(job.annotate && { annotated: new Uint8Array(ENCODED) }) };
  };
  pool.slots = 10; // what is drawn takes none
  const ask = (accept: string) =>
    app.inject({ method: 'POST', url: '/detect', headers: { ...raw, accept }, payload: JPEG_HEAD });
  await app.listen({ port: 0 });
  const { port } = app.server.address() as { port: number };
  const uploads = await Promise.all([openRaw(port), openRaw(port), openRaw(port)]);
  for (const upload of uploads) {
    upload.write('POST /detect HTTP/1.1\r\nHost: x\r\nAccept: image/png\r\nContent-Length: 1000\r\n\r\nnever more');
  }
  const drawn = [ask('image/png'), ask('image/jpeg')];
  while (pool.jobs.length < 2) await new Promise(setImmediate);
  const refused = await ask('image/webp');
  assert.deepEqual([refused.statusCode, refused.json().code], [429, 'overloaded']);
  assert.ok(Number(refused.headers['retry-after']) >= 1);
  assert.equal((await ask('application/json')).statusCode, 200);
  release();
  for (const answer of await Promise.all(drawn)) assert.equal(answer.statusCode, 200);
  assert.equal((await ask('image/webp')).statusCode, 200, 'their places are free again');
  for (const upload of uploads) upload.destroy(); // they never had one
  await app.close();
});
