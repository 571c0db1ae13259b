import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createMetricsServer } from '../../src/http/metrics-server.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createTestApp } from '../support/test-app.ts';

const server = createMetricsServer(createMetrics().registry);
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
  ['GET', '/metrics/../../etc/passwd', 404],
];

for (const [method, path, status] of ASKED) {
  test(`the metrics port: ${method} ${path} is ${status}`, async () => {
    const response = await fetch(url + path, { method });
    const text = await response.text();
    assert.equal(response.status, status);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    if (method === 'GET') assert.equal(text.includes('# TYPE gfl_'), status === 200);
  });
}

test('with METRICS_PORT the main port has no metrics, without it it has', async () => {
  const own = await createTestApp({ env: { METRICS_PORT: '9464' } });
  assert.equal((await own.app.inject('/metrics')).statusCode, 404);
  const shared = await createTestApp();
  assert.equal((await shared.app.inject('/metrics')).statusCode, 200);
});
