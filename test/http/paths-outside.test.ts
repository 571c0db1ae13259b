import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createMetricsServer } from '../../src/http/metrics-server.ts';
import { loadPage } from '../../src/http/page-files.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openRaw } from '../support/raw-http.ts';
import { createTestApp } from '../support/test-app.ts';

/** Over a socket as they are: `inject` and `fetch` take the `..` out before they send a path. */

const { app } = await createTestApp({ page: loadPage('dist/page') });
const metricsServer = createMetricsServer(createMetrics().registry, { sendTimeoutMs: 30_000 });
before(async () => {
  await app.listen({ port: 0, host: '127.0.0.1' });
  await once(metricsServer.listen(0, '127.0.0.1'), 'listening');
});
after(async () => {
  await app.close();
  metricsServer.close().closeAllConnections();
});

async function ask(server: typeof metricsServer, path: string) {
  const client = await openRaw((server.address() as { port: number }).port);
  client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const answer = await client.answer();
  client.destroy();
  return answer;
}

/** Each way of going up, to files that are there and have an ending that is served. */
const UPS = ['../', '..%2f', '..%2F', '%2e%2e/', '%2e%2e%2f', '.%2e/', '..%5c', '..\\', './../', '....//', 'x/../../'];
const OUTSIDE = [
  ...UPS.map(up => `/docs/static/${up}healthcheck.js`),
  ...UPS.map(up => `/docs/static/${up}page/index.html`),
  ...UPS.map(up => `/page/${up}healthcheck.js`),
  ...UPS.map(up => `/page/${up}page/index.html`),
  ...UPS.map(up => `/page/${up.repeat(9)}etc/passwd`),
  '/page/../package.json',
  '/page/%2e%2e/%2e%2e/package.json',
  '/docs/static/..%2f..%2fpackage.json',
  '/docs/static/../../package.json',
  '/../package.json',
  '/..%2fpackage.json',
  '/page//etc/passwd',
  '/page/%2fetc%2fpasswd',
  '//etc/passwd',
];

test('the files that the paths below try to reach are there', () => {
  for (const file of ['healthcheck.js', 'page/index.html']) assert.ok(existsSync(`dist/${file}`));
});

for (const path of OUTSIDE) {
  test(`${path} is no file`, async () => {
    const { status, body } = await ask(app.server, path);
    assert.equal(status, 404, body);
    assert.equal(JSON.parse(body).code, 'not_found');
  });
}

for (const path of ['/metrics/../../etc/passwd', '/../metrics', '/x/../metrics', '/%2e%2e/metrics', '//metrics']) {
  test(`the metrics port: ${path} is nothing`, async () => {
    assert.equal((await ask(metricsServer, path)).status, 404);
  });
}

test('the same way, what is there is answered', async () => {
  for (const path of ['/page/main.js', '/docs/static/index.css', '/docs/static/LICENSE.txt']) {
    assert.equal((await ask(app.server, path)).status, 200, path);
  }
  assert.equal((await ask(metricsServer, '/metrics')).status, 200);
});
