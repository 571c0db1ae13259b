import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import sharp from 'sharp';
import {
  type Client,
  type ClientOptions,
  createClient,
  isProblem,
  type Picture,
  ProblemError,
} from '../../src/client/index.ts';
import { clientContract } from '../support/client-contract.ts';
import { squares } from '../support/squares.ts';
import { startTinyService } from '../support/tiny-service.ts';

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const KEY = 'a-key-of-16-chars';
const service = await startTinyService({ API_KEYS: KEY });
const client = createClient({ baseUrl: `${service.url}/`, apiKey: KEY });
const picture = new Uint8Array(await squares([['red', 2, 2]]));

test('the types are those of openapi.yaml; "npm run openapi" writes them', async () => {
  const yaml = await readFile('openapi.yaml', 'utf8');
  assert.equal(await readFile('src/client/openapi.gen.ts', 'utf8'), await clientContract(yaml));
});

const PICTURES: [name: string, picture: Picture][] = [
  ['a Uint8Array', picture],
  ['a part of a larger buffer', new Uint8Array([1, 2, ...picture, 3]).subarray(2, picture.length + 2)],
  ['an ArrayBuffer', picture.buffer],
  ['a Blob', new Blob([picture], { type: 'image/png' })],
];

for (const [name, given] of PICTURES) {
  test(`detects in ${name}, alone and in a batch`, async () => {
    const { detections, image } = await client.detect(given);
    assert.deepEqual(image, { width: 64, height: 64 });
    assert.deepEqual(
      detections.map(({ label }) => label),
      ['red'],
    );
    const [only] = await client.detectBatch([given]);
    assert.ok(only !== undefined && !isProblem(only));
    assert.deepEqual(only.detections, detections);
  });
}

test('options go as they are in the contract, lists and objects too', async () => {
  const both = new Uint8Array(
    await squares([
      ['red', 2, 2],
      ['blue', 5, 3],
    ]),
  );
  const labels = async (options: Parameters<Client['detect']>[1]) =>
    (await client.detect(both, options)).detections.map(({ label }) => label);
  assert.deepEqual(await labels({ classes: ['blue', 1] }), ['blue']);
  assert.deepEqual(await labels({ class_thresholds: { red: 1, blue: 0.5 } }), ['blue']);
  assert.deepEqual(await labels({ classes: 'red', max_detections: 5, class_agnostic: false }), ['red']);
  assert.deepEqual(await labels({ include: [], class_thresholds: {} }), ['red', 'blue']);
  await assert.rejects(labels({ classes: [] }), { status: 400 });
  const answer = await client.detect(both, { include: ['timings', 'distribution'], requestId: 'mine' });
  assert.equal(answer.request_id, 'mine');
  assert.ok(answer.timings_ms!.total > 0);
  assert.equal(answer.detections[0]!.distribution!.left.length, 8);
});

test('a batch has a problem in the place of the picture that is none', async () => {
  const results = await client.detectBatch([picture, new Uint8Array([1, 2, 3])]);
  assert.deepEqual(results.map(isProblem), [false, true]);
  const [, problem] = results;
  assert.ok(isProblem(problem!) && problem.code === 'unsupported_media_type');
});

test('a picture with its detections drawn on, as JPEG unless asked otherwise', async () => {
  for (const format of [undefined, 'jpeg', 'png', 'webp'] as const) {
    const blob = await client.annotate(picture, { ...(format && { format }), bands: true, classes: ['red'] });
    const drawn = await sharp(await blob.arrayBuffer()).metadata();
    assert.deepEqual([blob.type, drawn.format], [`image/${format ?? 'jpeg'}`, format ?? 'jpeg']);
    assert.deepEqual([drawn.width, drawn.height], [64, 64]);
  }
  await assert.rejects(client.annotate(new Uint8Array([1])), { code: 'unsupported_media_type' });
});

test('models', async () => {
  const [model] = await client.models();
  assert.deepEqual([model!.name, model!.default, model!.provider], ['tiny', true, 'cpu']);
});

test('a problem is an error with its code, status, sentence and request id', async () => {
  await assert.rejects(client.detect(picture, { model: 'none', requestId: 'r-1' }), (error: unknown) => {
    assert.ok(error instanceof ProblemError);
    assert.deepEqual([error.code, error.status, error.requestId], ['not_found', 404, 'r-1']);
    assert.match(error.message, /no model "none"/);
    return true;
  });
  const stranger = createClient({ baseUrl: service.url });
  await assert.rejects(stranger.models(), { name: 'ProblemError', code: 'unauthorized', status: 401 });
});

/** A service that gives these answers one after another. */
function scripted(...answers: (Response | (() => Promise<Response>))[]) {
  const calls: { at: number; url: string; init: RequestInit }[] = [];
  const fetch: NonNullable<ClientOptions['fetch']> = async (url, init) => {
    calls.push({ at: performance.now(), url: String(url), init: init ?? {} });
    const answer = answers[calls.length - 1];
    if (answer === undefined) throw new Error('asked once too often');
    return typeof answer === 'function' ? answer() : answer;
  };
  return { calls, fetch };
}

const OK = () => Response.json({ models: [] });
const refusal = (status: number, headers: Record<string, string> = {}) =>
  new Response('', { status, headers: { 'X-Request-Id': 'p', ...headers } });

for (const status of [429, 503]) {
  test(`${status} is asked again, after Retry-After`, async () => {
    const { calls, fetch } = scripted(refusal(status, { 'Retry-After': '1' }), OK());
    await createClient({ baseUrl: 'http://service', fetch }).models();
    const waited = calls[1]!.at - calls[0]!.at;
    assert.ok(waited >= 990 && waited < 5000, `waited ${waited} ms`);
  });
}

test('without Retry-After the pauses grow; after the retries the error comes', async () => {
  const { calls, fetch } = scripted(refusal(503), refusal(503), refusal(503));
  const asked = createClient({ baseUrl: 'http://service', fetch }).models();
  await assert.rejects(asked, { code: 'unavailable', status: 503, requestId: 'p', retryAfterS: undefined });
  const [first, second] = [calls[1]!.at - calls[0]!.at, calls[2]!.at - calls[1]!.at];
  assert.ok(first >= 240 && second >= 490, `${first} and ${second} ms`);
});

const AT_ONCE: [name: string, answer: Response, options: Partial<ClientOptions>, expected: object][] = [
  ['a pause that is too long', refusal(429, { 'Retry-After': '11' }), {}, { code: 'overloaded', retryAfterS: 11 }],
  ['retries: 0', refusal(503), { retries: 0 }, { code: 'unavailable' }],
  ['another status', refusal(504), {}, { code: 'deadline_exceeded' }],
  [
    "a proxy's page",
    new Response('<html>', { status: 502 }),
    {},
    { code: 'unavailable', message: /not one of gfl-serve's: <html>/ },
  ],
  [
    'a page where JSON should be, of a sign-in service for instance',
    new Response('<html>sign in', { headers: { 'Content-Type': 'text/html', 'X-Request-Id': 'theirs' } }),
    {},
    {
      name: 'ProblemError',
      status: 200,
      code: 'unavailable',
      requestId: 'theirs',
      message: /one of gfl-serve's: <html>sign/,
    },
  ],
  [
    'a redirect as browsers show it',
    Object.defineProperties(new Response(null), { type: { value: 'opaqueredirect' }, ok: { value: false } }),
    {},
    { code: 'unavailable', message: /^The address redirects, which is not followed/ },
  ],
  ['a status that nobody knows', refusal(418), {}, { code: 'invalid_request' }],
];

for (const [name, answer, options, expected] of AT_ONCE) {
  test(`${name}: the error comes at once`, async () => {
    const { calls, fetch } = scripted(answer);
    await assert.rejects(createClient({ baseUrl: 'http://service', fetch, ...options }).models(), expected);
    assert.equal(calls.length, 1);
  });
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`${status}: a redirect is not followed, and the key stays here`, async t => {
    const elsewhere: IncomingHttpHeaders[] = [];
    const other = createServer(({ headers }, answer) => {
      elsewhere.push(headers);
      answer.end('{"models":[]}');
    });
    const proxy = createServer((_, answer) => {
      answer.writeHead(status, { Location: `${urlOf(other)}/sign-in` }).end();
    });
    for (const server of [other, proxy]) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      t.after(() => server.close());
    }
    const asking = createClient({ baseUrl: urlOf(proxy), apiKey: KEY });
    const sentence = `The address redirects to ${urlOf(other)}/sign-in, which is not followed: the key would go along.`;
    const expected = { name: 'ProblemError', status, code: 'unavailable', message: sentence };
    await assert.rejects(asking.models(), expected);
    await assert.rejects(asking.detect(picture), expected);
    assert.deepEqual(elsewhere, []);
  });
}

test('an annotated picture that is none is a problem', async () => {
  const page = new Response('<html>', { headers: { 'Content-Type': 'text/html' } });
  const asked = createClient({ baseUrl: 'http://service', fetch: scripted(page).fetch }).annotate(picture);
  await assert.rejects(asked, { code: 'unavailable', message: /not one of gfl-serve's: <html>/ });
});

test('pauses differ by up to a fifth, and are never shorter than the service said', async t => {
  t.mock.method(Math, 'random', () => 0.99);
  const { calls, fetch } = scripted(refusal(429, { 'Retry-After': '1' }), OK());
  await createClient({ baseUrl: 'http://service', fetch, maxRetryDelayMs: 1000 }).models();
  const waited = calls[1]!.at - calls[0]!.at;
  assert.ok(waited >= 1190, `waited ${waited} ms`);
});

test('the status is that of the answer, whatever its problem says', async () => {
  const problem = { status: 429, code: 'overloaded', detail: 'Busy.', request_id: 'p' };
  const { fetch } = scripted(Response.json(problem, { status: 502 }));
  const asked = createClient({ baseUrl: 'http://service', fetch }).models();
  await assert.rejects(asked, { status: 502, code: 'overloaded', problem: { ...problem, status: 502 } });
  const { calls, fetch: busy } = scripted(Response.json({ ...problem, status: undefined }, { status: 503 }), OK());
  await createClient({ baseUrl: 'http://service', fetch: busy }).models();
  assert.equal(calls.length, 2);
});

const COMMAS: [name: string, options: Parameters<Client['detect']>[1]][] = [
  ['classes', { classes: ['cup, mug', 'person'] }],
  ['class_thresholds', { class_thresholds: { 'cup, mug': 0.5 } }],
];
for (const [name, options] of COMMAS) {
  test(`${name}: a name with a comma is refused before anything is sent`, async () => {
    const { calls, fetch } = scripted();
    const asking = createClient({ baseUrl: 'http://service', fetch });
    const sentence = {
      name: 'TypeError',
      message: `${name} has "cup, mug", whose comma would make two of it; give the class by its id.`,
    };
    await assert.rejects(asking.detect(picture, options), sentence);
    await assert.rejects(asking.detectBatch([picture], options), sentence);
    assert.equal(calls.length, 0);
  });
}

test('timeoutMs ends a call that is not answered, a pause, and an answer that does not end', async () => {
  const never: NonNullable<ClientOptions['fetch']> = (_, init) =>
    new Promise((_resolve, reject) => init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason)));
  const endless: NonNullable<ClientOptions['fetch']> = async (_, init) =>
    new Response(
      new ReadableStream({
        start: stream => init!.signal!.addEventListener('abort', () => stream.error(init!.signal!.reason)),
      }),
    );
  const endlessProblem: typeof endless = async (_, init) =>
    new Response((await endless(_, init)).body, { status: 500 });
  const pausing = scripted(refusal(503, { 'Retry-After': '5' })).fetch;
  for (const fetch of [never, endless, endlessProblem, pausing]) {
    const since = performance.now();
    const asked = createClient({ baseUrl: 'http://service', fetch, timeoutMs: 100 }).models();
    await assert.rejects(asked, { name: 'TimeoutError', message: 'The service gave no answer within 100 ms.' });
    assert.ok(performance.now() - since < 4000);
  }
  const patient = createClient({ baseUrl: 'http://service', fetch: never, timeoutMs: Number.POSITIVE_INFINITY });
  await assert.rejects(patient.models({ signal: AbortSignal.timeout(50) }), { message: /aborted due to timeout/ });
  const reason = new Error('enough');
  const stopped = createClient({ baseUrl: 'http://service', fetch: never, timeoutMs: 60_000 });
  await assert.rejects(stopped.models({ signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
  await assert.rejects(stopped.models({ signal: AbortSignal.abort(reason) }), reason);
});

test('Retry-After as a date', async () => {
  const date = new Date(Date.now() + 60_000).toUTCString();
  const { fetch } = scripted(refusal(503, { 'Retry-After': date }));
  await assert.rejects(createClient({ baseUrl: 'http://service', fetch }).models(), (error: ProblemError) => {
    return error.retryAfterS! > 55 && error.retryAfterS! <= 60;
  });
});

test('a signal ends a request, a pause, and what has not begun', async () => {
  const reason = new Error('enough');
  const busy = scripted(refusal(503, { 'Retry-After': '5' }));
  const pausing = new AbortController();
  const asked = createClient({ baseUrl: 'http://service', fetch: busy.fetch }).models({ signal: pausing.signal });
  setTimeout(() => pausing.abort(reason), 50);
  const since = performance.now();
  await assert.rejects(asked, reason);
  assert.ok(performance.now() - since < 4000);
  await assert.rejects(client.detect(picture, { signal: AbortSignal.abort(reason) }), reason);
});

test('the key and the path of a proxy are used', async () => {
  const { calls, fetch } = scripted(OK());
  await createClient({ baseUrl: 'https://host/vision/', apiKey: 'k', fetch }).models();
  assert.equal(calls[0]!.url, 'https://host/vision/models');
  assert.equal(new Headers(calls[0]!.init.headers).get('x-api-key'), 'k');
});
