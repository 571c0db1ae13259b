import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetricsServer } from '../../src/http/metrics-server.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openRaw, type RawClient } from '../support/raw-http.ts';
import { createTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const server = createMetricsServer(createMetrics().registry, { sendTimeoutMs: 30_000 });
let url: string;
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
after(() => server.close().closeAllConnections());

const ASKED: [method: string, path: string, status: number][] = [
  ['GET', '/metrics', 200],
  ['GET', '/metrics?x=1', 200],
  ['HEAD', '/metrics', 200],
  ['POST', '/metrics', 405],
  ['GET', '/', 404],
  ['GET', '/models', 404],
];

for (const [method, path, status] of ASKED) {
  test(`the metrics port: ${method} ${path} is ${status}`, async () => {
    const response = await fetch(url + path, { method });
    const text = await response.text();
    assert.equal(response.status, status);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('allow'), status === 405 ? 'GET, HEAD' : null);
    if (method === 'GET') assert.equal(text.includes('# TYPE gfl_'), status === 200);
  });
}

test('with METRICS_PORT the main port has no metrics, without it it has', async () => {
  const own = await createTestApp({ env: { METRICS_PORT: '9464' } });
  assert.equal((await own.app.inject('/metrics')).statusCode, 404);
  const shared = await createTestApp();
  assert.equal((await shared.app.inject('/metrics')).statusCode, 200);
});

const SCRAPE = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';

/** Runs `use` against a listening metrics server whose registry renders `text` when `release` was called. */
async function withHeld(
  { text = 'a 1\n', sendTimeoutMs = 30_000 },
  use: (held: {
    open: (localAddress?: string) => Promise<RawClient>;
    release: () => void;
    seen: () => number;
    rendered: () => number;
  }) => Promise<void>,
): Promise<void> {
  let release = () => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  let [seen, rendered] = [0, 0];
  const metrics = async () => {
    rendered += 1;
    await released;
    return text;
  };
  const held = createMetricsServer(
    { metrics, contentType: 'text/plain; version=0.0.4; charset=utf-8' },
    { sendTimeoutMs },
  );
  held.on('request', () => {
    seen += 1;
  });
  await once(held.listen(0, '127.0.0.1'), 'listening');
  const { port } = held.address() as { port: number };
  try {
    await use({
      open: localAddress => openRaw(port, localAddress),
      release,
      seen: () => seen,
      rendered: () => rendered,
    });
  } finally {
    held.close().closeAllConnections();
  }
}

test('the metrics port: a connection that sends more than 16 requests ahead is cut', () =>
  withHeld({}, async ({ open, seen }) => {
    const client = await open();
    client.write(SCRAPE.repeat(16));
    await until(() => seen() === 16);
    await sleep(20);
    assert.equal(client.isClosed, false, '16 are allowed');
    client.write(SCRAPE);
    await client.closed();
  }));

test('the metrics port: a flood of requests on one connection costs one rendering at most', () =>
  withHeld({}, async ({ open, release, rendered }) => {
    release();
    const client = await open();
    client.write(SCRAPE.repeat(5000));
    await client.closed();
    assert.ok(rendered() <= 2, `${rendered()} renderings`);
  }));

test('the metrics port: an answer that is not taken is cut', () =>
  withHeld({ text: 'x'.repeat(32_000_000), sendTimeoutMs: 200 }, async ({ open, release }) => {
    release();
    const client = await open();
    client.socket.pause();
    client.write(SCRAPE);
    await sleep(500);
    client.socket.resume();
    await client.closed();
    assert.ok(client.socket.bytesRead < 32_000_000, `${client.socket.bytesRead} bytes are not all of it`);
  }));

test('the metrics port: scrapes at the same time share one rendering, the next has its own', () =>
  withHeld({}, async ({ open, release, seen, rendered }) => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => open()));
    for (const client of clients) client.write(SCRAPE);
    await until(() => seen() === 20);
    assert.equal(rendered(), 1);
    release();
    for (const client of clients) assert.equal((await client.answer()).body, 'a 1\n');
    clients[0]!.write(SCRAPE);
    assert.equal((await clients[0]!.answer()).status, 200);
    assert.equal(rendered(), 2);
    for (const client of clients) client.destroy();
  }));

test('the metrics port: 64 connections are held, one more takes the place of the one that was idle longest', () =>
  withHeld({}, async ({ open, release }) => {
    release();
    const [longest, ...others] = await Promise.all(Array.from({ length: 64 }, () => open()));
    for (const client of others) {
      client.write(SCRAPE);
      assert.equal((await client.answer()).status, 200);
    }
    const over = await open();
    assert.ok((await longest!.closed()) < 2000, 'at once, not as one that says nothing');
    over.write(SCRAPE);
    assert.equal((await over.answer()).status, 200);
    for (const client of [...others, over]) assert.equal(client.isClosed, false);
    for (const client of [...others, over]) client.destroy();
  }));

const skip = process.platform !== 'linux' && 'only Linux has other addresses of its own';

test('the metrics port: one address whose connections are all at work does not keep another out', { skip }, () =>
  withHeld({}, async ({ open, release, seen }) => {
    const clients = await Promise.all(Array.from({ length: 64 }, () => open('127.0.0.66')));
    for (const client of clients) client.write(SCRAPE);
    await until(() => seen() === 64);
    await (await open('127.0.0.66')).closed();
    const scraper = await open('127.0.0.2');
    scraper.write(SCRAPE);
    await until(() => seen() === 65);
    await until(() => clients.some(({ isClosed }) => isClosed));
    release();
    assert.equal((await scraper.answer()).status, 200);
    assert.equal(clients.filter(({ isClosed }) => isClosed).length, 1);
    for (const client of [...clients, scraper]) client.destroy();
  }),
);
