import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { createBodyMemory } from '../../src/http/body-memory.ts';
import { FAKE_RESULT } from '../support/fake-pool.ts';
import { JPEG_HEAD } from '../support/pictures.ts';
import { createTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const BYTES = 160_000;

test('what was given back is lent again, and to one body at a time', () => {
  const memory = createBodyMemory();
  const first = memory.take(BYTES);
  memory.giveBack(first);
  const second = memory.take(BYTES - 5);
  assert.equal(second.buffer, first.buffer);
  assert.equal(second.length, BYTES - 5);

  memory.giveBack(first); // late, and not its own any more
  assert.notEqual(memory.take(BYTES).buffer, second.buffer);
});

test('what was not lent, or is large, is left alone', () => {
  const memory = createBodyMemory();
  memory.giveBack(undefined);
  for (const body of [Buffer.allocUnsafeSlow(BYTES), memory.take(5_000_000)]) {
    memory.giveBack(body);
    assert.notEqual(memory.take(body.length).buffer, body.buffer);
  }
});

/** A picture that no other is like, in pieces as sockets give them. */
function picture(fill: number) {
  const bytes = Buffer.alloc(BYTES, fill);
  JPEG_HEAD.copy(bytes);
  const pieces = [bytes.subarray(0, 65_536), bytes.subarray(65_536)];
  const post = {
    method: 'POST' as const,
    url: '/detect',
    headers: { 'content-type': 'image/jpeg', 'content-length': String(BYTES) },
  };
  return { bytes, request: () => ({ ...post, payload: Readable.from(pieces) }) };
}

test('a body that an engine has answered makes room for the next', async () => {
  const { app, pool } = await createTestApp();
  const pictures = [1, 2, 3].map(picture);
  for (const { bytes, request } of pictures) {
    const response = await app.inject(request());
    assert.equal(response.statusCode, 200, response.body);
    assert.ok(bytes.equals(pool.jobs.at(-1)!.bytes), 'the engine gets the very bytes');
  }
  const [first, ...later] = pool.jobs.map(job => job.bytes.buffer);
  for (const buffer of later) assert.equal(buffer, first);
});

test('a body whose picture failed, or is still inside an engine, is not written over', async () => {
  const { app, pool } = await createTestApp({ env: { DEADLINE_MS: '150' } });
  const fates: Record<string, () => Promise<typeof FAKE_RESULT>> = {
    'never answered': () => new Promise(() => {}),
    'a bug': () => Promise.reject(new Error('planted')),
  };
  for (const [name, fate] of Object.entries(fates)) {
    const [failing, next] = [picture(10), picture(20)];
    pool.answer = fate;
    const response = await app.inject(failing.request());
    assert.notEqual(response.statusCode, 200, name);
    const job = pool.jobs.at(-1)!;
    pool.answer = async () => structuredClone(FAKE_RESULT);
    pool.slots += 1; // one is never given back
    await until(() => pool.freeSlots() > 0);
    for (let times = 0; times < 3; times++) assert.equal((await app.inject(next.request())).statusCode, 200);
    assert.ok(failing.bytes.equals(job.bytes), name);
  }
});

test('two at once do not share memory', async () => {
  const { app, pool } = await createTestApp();
  const seen: boolean[] = [];
  const expected = [picture(1), picture(2)];
  pool.answer = async ({ bytes }) => {
    await until(() => pool.jobs.length % 2 === 0);
    seen.push(expected.some(one => one.bytes.equals(bytes)));
    return structuredClone(FAKE_RESULT);
  };
  for (let round = 0; round < 3; round++) {
    const responses = await Promise.all(expected.map(({ request }) => app.inject(request())));
    assert.deepEqual(
      responses.map(({ statusCode }) => statusCode),
      [200, 200],
    );
    const [one, other] = pool.jobs.slice(-2);
    assert.notEqual(one!.bytes.buffer, other!.bytes.buffer);
  }
  assert.deepEqual(seen, new Array(6).fill(true));
});
