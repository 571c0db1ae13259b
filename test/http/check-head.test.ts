import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { JPEG_HEAD } from '../support/pictures.ts';
import { openRaw } from '../support/raw-http.ts';
import { createTestApp, type TestService } from '../support/test-app.ts';

let service: TestService;
let port: number;
before(async () => {
  service = await createTestApp();
  await service.app.listen({ port: 0 });
  port = (service.app.server.address() as { port: number }).port;
});
after(() => service.app.close());

const VERSIONS = 'The request must be HTTP/1.1 or HTTP/1.0.';
const HOSTS = 'An HTTP/1.1 request needs one Host header.';
const LINES = 'The head of the request has more than 200 lines.';
const LARGE = 'The head of the request is larger than what is accepted: 16 KiB in at most 200 lines.';
/** As many as are taken beside two others. */
const MANY = 'a:\r\n'.repeat(198);
const HEADS: [name: string, head: string, detail: string, ofNewerNode?: string][] = [
  ['no Host', 'GET /models HTTP/1.1', HOSTS],
  ['two Hosts', 'GET /models HTTP/1.1\r\nHost: a\r\nhost: b', HOSTS],
  ['a second Host behind 198 other lines', `GET /models HTTP/1.1\r\nHost: a\r\n${MANY}Host: b`, HOSTS],
  ['201 lines', `GET /models HTTP/1.1\r\nHost: a\r\n${MANY}b:\r\nc:`, LINES],
  [
    'a second Host where Node keeps none any more',
    `GET /models HTTP/1.1\r\nHost: a\r\n${MANY.repeat(8)}Host: b`,
    LINES,
    LARGE,
  ],
  ['no version, which is HTTP/0.9', 'GET /models', VERSIONS],
  ['a method of RTSP alone, which Node reads and Fastify does not know', 'PLAY /models RTSP/1.0\r\nHost: a', VERSIONS],
  ['such a method of a path that is there', 'DESCRIBE /detect RTSP/1.0\r\nHost: a\r\nContent-Length: 5', VERSIONS],
  [
    'chunks in HTTP/1.0, which has none',
    'POST /detect HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked',
    'A Transfer-Encoding needs HTTP/1.1.',
  ],
  [
    'a transfer encoding that is not understood',
    'POST /detect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked',
    'The only Transfer-Encoding that is taken is chunked.',
  ],
];

for (const [name, head, detail, ofNewerNode] of HEADS) {
  test(`400, and the connection closed, for ${name}`, async () => {
    const client = await openRaw(port);
    client.write(`${head}\r\n\r\n`);
    const { status, headers, body } = await client.answer();
    assert.equal(status, 400);
    const said = JSON.parse(body).detail;
    assert.ok(said === detail || said === ofNewerNode, said);
    assert.equal(headers.connection, 'close');
    assert.equal(headers['x-frame-options'], 'DENY');
    client.destroy();
  });
}

test('such a method with an address of RTSP is 400 like any other that is no path', async () => {
  const client = await openRaw(port);
  client.write('DESCRIBE rtsp://camera/stream RTSP/1.0\r\nCSeq: 1\r\nX-Request-Id: mine\r\n\r\n');
  const { status, headers, body } = await client.answer();
  assert.deepEqual([status, headers['x-request-id']], [400, 'mine']);
  assert.equal(JSON.parse(body).detail, 'The path of the request is not a valid URL path.');
  client.destroy();
});

test("an OPTIONS, GET or POST of RTSP is answered as HTTP/1.0: Node's parser does not say which it was", async () => {
  for (const method of ['OPTIONS', 'GET', 'POST']) {
    const client = await openRaw(port);
    client.write(`${method} / RTSP/1.0\r\nCSeq: 1\r\nX-Request-Id: mine\r\n\r\n`);
    const { status, headers, body } = await client.answer();
    assert.deepEqual([status, headers['x-request-id'], headers.connection], [404, 'mine', 'close'], method);
    assert.equal(JSON.parse(body).code, 'not_found');
    await client.closed();
  }
});

test('a Content-Length behind 198 other lines is seen', async () => {
  const client = await openRaw(port);
  const head = (length: number) => `POST /detect HTTP/1.1\r\nHost: a\r\n${MANY}Content-Length: ${length}\r\n\r\n`;
  client.write(Buffer.concat([Buffer.from(head(JPEG_HEAD.length)), JPEG_HEAD]));
  assert.equal((await client.answer()).status, 200);
  client.write(head(5_000_000_000));
  assert.equal((await client.answer()).status, 413);
  client.destroy();
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('heads that do not end keep no more lines than are taken', async () => {
  const clients = await Promise.all(Array.from({ length: 400 }, () => openRaw(port)));
  const before = heapUsed();
  for (const client of clients) client.write(`GET /models HTTP/1.1\r\nHost: a\r\n${'a:\r\n'.repeat(3900)}`);
  // Those that came later are answered when the heads were read.
  const late = await openRaw(port);
  for (const client of [...clients, late]) client.write('b');
  late.write(': c\r\n\r\n');
  await late.answer();
  const megabytes = (heapUsed() - before) / 1e6;
  // 3.3 seen; 28 with every line.
  assert.ok(megabytes < 10, `${megabytes} MB for 400 heads; at most 10 are allowed`);
  for (const client of [...clients, late]) client.destroy();
});

test('a head of more than 16 KiB is refused, also one of many short lines', async () => {
  const client = await openRaw(port);
  client.write(`GET /models HTTP/1.1\r\nHost: a\r\n${'aaaaaaaaaaaaaaa:\r\n'.repeat(1200)}\r\n`);
  const { status, body } = await client.answer();
  assert.equal(status, 400);
  assert.match(JSON.parse(body).detail, /16 KiB/);
  await client.closed();
});

test('an expectation that is not known is passed over', async () => {
  const client = await openRaw(port);
  client.write('GET /health/live HTTP/1.1\r\nHost: a\r\nExpect: anything\r\n\r\n');
  const { status, headers } = await client.answer();
  assert.equal(status, 200);
  assert.equal(headers['x-frame-options'], 'DENY');
  client.destroy();
});

test('a path that leaves /docs/static is not found', async () => {
  const client = await openRaw(port);
  client.write('GET /docs/static/../../package.json HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.equal((await client.answer()).status, 404);
  client.destroy();
});
