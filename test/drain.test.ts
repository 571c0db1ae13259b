import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { drain } from '../src/drain.ts';
import { JPEG_HEAD } from './support/pictures.ts';
import { openRaw } from './support/raw-http.ts';
import { slowedDown } from './support/slowed-down.ts';
import { createTestApp } from './support/test-app.ts';

const POST = `POST /detect HTTP/1.1\r\nHost: x\r\nContent-Length: ${JPEG_HEAD.length}\r\n\r\n`;

/** A listening service whose pictures wait until `release`. */
async function heldService() {
  const service = await createTestApp();
  const { answer } = service.pool;
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  service.pool.answer = async (...job) => {
    await held;
    return answer(...job);
  };
  let graceMs: number | undefined;
  service.pool.close = async milliseconds => {
    graceMs = milliseconds;
  };
  await service.app.listen({ port: 0 });
  const { port } = service.app.server.address() as { port: number };
  const client = await openRaw(port);
  client.write(POST);
  client.write(JPEG_HEAD);
  while (service.pool.jobs.length < 1) await new Promise(setImmediate);
  return { ...service, port, client, release, poolGraceMs: () => graceMs };
}

test('what was accepted is answered, what is new is refused, then everything is closed', async () => {
  const { app, admission, pool, port, client, release, poolGraceMs } = await heldService();
  const ended = drain(app, admission, pool, { delayMs: 0, timeoutMs: 5000 });
  const late = await openRaw(port);
  late.write('GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.equal((await late.answer()).status, 503, 'not ready at once, although it still works');
  assert.equal(poolGraceMs(), undefined, 'the engines live as long as there is work');
  release();
  const answer = await client.answer();
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.connection, 'close');
  await ended;
  assert.ok((poolGraceMs() ?? 0) > 0);
  await client.closed();
  await late.closed();
  await assert.rejects(openRaw(port), { code: 'ECONNREFUSED' });
});

test('at the deadline what is left is cut: work that hangs, half-sent requests, idle connections', async () => {
  const { app, admission, pool, port, client, poolGraceMs } = await heldService();
  const half = await openRaw(port);
  half.write('POST /detect HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc');
  const idle = await openRaw(port);
  const start = performance.now();
  await drain(app, admission, pool, { delayMs: 0, timeoutMs: 300 });
  const took = performance.now() - start;
  assert.ok(took >= 290 && took < 300 + 1000 * slowedDown(), `took ${took} ms`);
  for (const connection of [client, half, idle]) await connection.closed();
  // A timer may fire a fraction of a millisecond before its time.
  assert.ok(poolGraceMs()! < 2, 'no time is left for the engines');
});

test('without work, half-sent requests do not hold the process beyond the deadline', async () => {
  const service = await createTestApp();
  await service.app.listen({ port: 0 });
  const { port } = service.app.server.address() as { port: number };
  const half = await openRaw(port);
  half.write('POST /detect HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc');
  await new Promise(resolve => setTimeout(resolve, 50));
  const start = performance.now();
  await drain(service.app, service.admission, service.pool, { delayMs: 0, timeoutMs: 300 });
  assert.ok(performance.now() - start < 300 + 1000 * slowedDown());
  await half.closed();
});

test('during the delay it is not ready and answers everything; then it refuses', async () => {
  const service = await createTestApp();
  await service.app.listen({ port: 0 });
  const { port } = service.app.server.address() as { port: number };
  const old = await openRaw(port);
  const ended = drain(service.app, service.admission, service.pool, { delayMs: 400, timeoutMs: 5000 });
  const probe = await openRaw(port);
  probe.write('GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.equal((await probe.answer()).status, 503, 'not ready at once');
  old.write(POST);
  old.write(JPEG_HEAD);
  const answer = await old.answer();
  assert.deepEqual([answer.status, answer.headers.connection], [200, 'close']);
  await sleep(200);
  const late = await openRaw(port);
  late.write(POST);
  late.write(JPEG_HEAD);
  assert.equal((await late.answer()).status, 200, 'connections made in the delay are served, too');
  await ended;
  await assert.rejects(openRaw(port), { code: 'ECONNREFUSED' });
});

test('a request whose head was accepted may end its body while the service drains', async () => {
  const { app, admission, pool, port, client, release } = await heldService();
  const upload = await openRaw(port);
  upload.write(POST);
  upload.write(JPEG_HEAD.subarray(0, 5));
  await sleep(50);
  const ended = drain(app, admission, pool, { delayMs: 0, timeoutMs: 5000 });
  release();
  assert.equal((await client.answer()).status, 200);
  await sleep(50);
  upload.write(JPEG_HEAD.subarray(5));
  assert.equal((await upload.answer()).status, 200);
  await ended;
});

test('an answer that is being taken while the service drains is taken to its end', async t => {
  const service = await createTestApp();
  const large = Buffer.alloc(30_000_000, 'x');
  service.app.get('/large', async () => large);
  await service.app.listen({ port: 0 });
  const { port } = service.app.server.address() as { port: number };
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }); // as most clients that are no Node
  await once(socket, 'connect');
  let received = 0;
  socket.on('data', chunk => {
    received += chunk.length;
  });
  socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
  while (received === 0) await sleep(5);
  socket.pause();
  await sleep(50);
  const before = received;
  const ended = drain(service.app, service.admission, service.pool, { delayMs: 0, timeoutMs: 8000 });
  await sleep(200);
  const start = performance.now();
  socket.resume();
  await ended;
  t.diagnostic(`${before} bytes before, drained ${(performance.now() - start).toFixed(0)} ms after reading went on`);
  assert.ok(before < large.length, 'it was not taken yet');
  while (!socket.readableEnded && performance.now() - start < 5000) await sleep(5);
  socket.destroy();
  assert.ok(received > large.length, `${received} bytes`);
  assert.ok(performance.now() - start < 5000, 'the connection is closed after it, not at the deadline');
});

const SILENT: [name: string, before: string, answers: number][] = [
  ['never said a word', '', 0],
  ['stopped in its first head', 'GET /health/live HT', 0],
  ['idles after an answer', 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n', 1],
  ['stopped in its second head', 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /he', 1],
];

for (const [name, before, answers] of SILENT) {
  test(`a connection that ${name} does not hold the process`, async () => {
    const service = await createTestApp();
    await service.app.listen({ port: 0 });
    const { port } = service.app.server.address() as { port: number };
    const connection = await openRaw(port);
    connection.write(before);
    for (let i = 0; i < answers; i++) assert.equal((await connection.answer()).status, 200);
    await sleep(50);
    const start = performance.now();
    await drain(service.app, service.admission, service.pool, { delayMs: 0, timeoutMs: 5000 });
    assert.ok(performance.now() - start < 1000, 'long before the deadline');
    await connection.closed();
  });
}
