import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

const HOSTS = 'An HTTP/1.1 request needs one Host header.';
const HEADS: [name: string, head: string, detail: string][] = [
  ['no Host', 'GET /models HTTP/1.1', HOSTS],
  ['two Hosts', 'GET /models HTTP/1.1\r\nHost: a\r\nhost: b', HOSTS],
  ['no version, which is HTTP/0.9', 'GET /models', 'The request must be HTTP/1.1 or HTTP/1.0.'],
  [
    'a transfer encoding that is not understood',
    'POST /detect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked',
    'The only Transfer-Encoding that is taken is chunked.',
  ],
];

for (const [name, head, detail] of HEADS) {
  test(`400, and the connection closed, for ${name}`, async () => {
    const client = await openRaw(port);
    client.write(`${head}\r\n\r\n`);
    const { status, headers, body } = await client.answer();
    assert.equal(status, 400);
    assert.equal(JSON.parse(body).detail, detail);
    assert.equal(headers.connection, 'close');
    client.destroy();
  });
}

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
