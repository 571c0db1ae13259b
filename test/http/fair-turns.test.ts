import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnownDetail } from '../../fuzz/oracle/known-details.ts';
import { createTestApp, type TestService } from '../support/test-app.ts';

const FLOODER = 'the-key-that-floods';
const OTHER = 'the-key-of-another';
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

/** Two at work and two waiting, all of one client; `end` lets them be answered. */
async function flooded(env: Record<string, string>, ask: (app: TestService['app']) => Promise<{ statusCode: number }>) {
  const service = await createTestApp({ env: { QUEUE_CAPACITY: '2', ...env } });
  const { app, pool, admission } = service;
  const answer = pool.answer;
  let end = () => {};
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  pool.answer = async (job, signal) => {
    await ended;
    return answer(job, signal);
  };
  const flood = [];
  for (let sent = 1; sent <= 4; sent += 1) {
    flood.push(ask(app));
    while (admission.inFlight + admission.depth < sent) await new Promise(setImmediate);
  }
  return { ...service, flood, end };
}

const post = { method: 'POST', url: '/detect', headers: { 'content-type': 'image/jpeg' }, payload: JPEG } as const;
const withKey = (key: string) => ({ ...post, headers: { ...post.headers, 'x-api-key': key } });
const from = (remoteAddress: string) => ({ ...post, remoteAddress });

const FORM = { 'content-type': 'multipart/form-data; boundary=x' };
const formWith = (key: string) => ({
  method: 'POST' as const,
  url: '/v1/vision/detection',
  headers: FORM,
  payload: Buffer.concat([
    Buffer.from(
      `--x\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n${key}\r\n--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n`,
    ),
    JPEG,
    Buffer.from('\r\n--x--\r\n'),
  ]),
});

/** By the path whose key may be in the form. */
const withHead = (key: string) => {
  const form = formWith(key);
  return { ...form, headers: { ...form.headers, 'x-api-key': key } };
};

/** Of a problem, or of DeepStack's own form of one. */
const sentenceOf = (body: string): string => JSON.parse(body).detail ?? JSON.parse(body).error;

test('one client has three quarters of the memory for bodies', async () => {
  const env = { MAX_BODY_BYTES: '100000', MAX_BUFFERED_BYTES: '400000', API_KEYS: `${FLOODER},${OTHER}` };
  const { app, pool } = await createTestApp({ env });
  let end = () => {};
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  const { answer } = pool;
  pool.answer = (job, signal) => ended.then(() => answer(job, signal));
  pool.slots = 10;
  const picture = (key: string, size = 100_000) => ({
    ...withKey(key),
    payload: Buffer.concat([JPEG, Buffer.alloc(size - 4)]),
  });
  const flood = [1, 2, 3].map(() => app.inject(picture(FLOODER)));
  while (pool.jobs.length < 3) await new Promise(setImmediate);
  const more = await app.inject(picture(FLOODER, 1000));
  assert.deepEqual([more.statusCode, more.headers['retry-after']], [429, '1']);
  const elsewhere = await app.inject(withHead(FLOODER));
  assert.equal(elsewhere.statusCode, 429, 'by the path whose key may be in the form, too');
  const other = app.inject(picture(OTHER));
  while (pool.jobs.length < 4) await new Promise(setImmediate);
  assert.equal((await app.inject(picture(OTHER, 1000))).statusCode, 429, 'now all of it is taken');
  end();
  for (const one of await Promise.all([...flood, other])) assert.equal(one.statusCode, 200);
  assert.equal((await app.inject(picture(FLOODER))).statusCode, 200, 'its room is free again');
});

test('a client may send one body of the largest size, however little memory there is', async () => {
  const { app } = await createTestApp({ env: { MAX_BODY_BYTES: '100000', MAX_BUFFERED_BYTES: '100000' } });
  const payload = Buffer.concat([JPEG, Buffer.alloc(99_996)]);
  for (let times = 0; times < 3; times++) assert.equal((await app.inject({ ...post, payload })).statusCode, 200);
});

const keys = { API_KEYS: `${FLOODER},${OTHER}` };
/** Before its body is read nobody knows the key that is in it. */
const EARLY = /Too many pictures are waiting/;
const LATE = /Every engine is busy/;
const CASES = {
  'of another key': [keys, withKey(FLOODER), withKey(OTHER), EARLY],
  'of another key, in its head where it may be in its form': [keys, withHead(FLOODER), withHead(OTHER), EARLY],
  'of another key, in its form': [keys, formWith(FLOODER), formWith(OTHER), LATE],
  'of another address, where there are no keys': [{}, from('192.0.2.1'), from('192.0.2.2'), EARLY],
} as const;

for (const [name, [env, flooder, other, refusal]] of Object.entries(CASES)) {
  test(`who floods the queue cannot lock out pictures ${name}`, async () => {
    const service = await flooded(env, app => app.inject(flooder));
    const more = await service.app.inject(flooder);
    assert.equal(more.statusCode, 429, 'one more of the same');
    assert.match(more.body, refusal);
    assert.ok(isKnownDetail(sentenceOf(more.body)));
    const answer = service.app.inject(other);
    const last = await service.flood.pop()!;
    assert.equal(last.statusCode, 429, 'the last of those that waited gave its place');
    const { headers, body } = last as unknown as { headers: Record<string, string>; body: string };
    assert.equal(headers['retry-after'], '1');
    assert.match(body, /other clients have fewer/);
    assert.ok(isKnownDetail(sentenceOf(body)));
    service.end();
    assert.equal((await answer).statusCode, 200);
    assert.deepEqual(
      (await Promise.all(service.flood)).map(({ statusCode }) => statusCode),
      [200, 200, 200],
    );
    const metrics = await service.metrics.registry.metrics();
    assert.match(metrics, /gfl_rejected_total\{reason="displaced"\} 1\n/);
    assert.match(metrics, /gfl_rejected_total\{reason="queue_full"\} 1\n/);
  });
}

test('the key counts, not the address: two addresses with one key are one client', async () => {
  const flooder = { ...withKey(FLOODER), remoteAddress: '192.0.2.1' };
  const service = await flooded(keys, app => app.inject(flooder));
  assert.equal((await service.app.inject({ ...flooder, remoteAddress: '192.0.2.2' })).statusCode, 429);
  service.end();
  await Promise.all(service.flood);
});
