import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadPage } from '../../src/http/page-files.ts';
import { JPEG_HEAD } from '../support/pictures.ts';
import { served } from '../support/served.ts';

/** Several answers on a connection that is kept. */

const page = loadPage('dist/page');

const post = (size: number) =>
  Buffer.concat([
    Buffer.from(`POST /detect HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`),
    JPEG_HEAD,
    Buffer.alloc(size - JPEG_HEAD.length),
  ]);
const LIVE = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';

served('an answer has its whole time from its turn on', { SEND_TIMEOUT_MS: '1000' }, async (open, { pool }) => {
  const { answer } = pool;
  pool.answer = async (...job) => {
    await sleep(1600);
    return answer(...job);
  };
  const client = await open();
  client.write(Buffer.concat([post(JPEG_HEAD.length), Buffer.from(LIVE)]));
  assert.equal((await client.answer()).status, 200);
  assert.equal((await client.answer()).status, 200, 'it was ready long before');
  client.destroy();
});

const HEADS: [path: string, status: number, lines?: string][] = [
  ['/', 200],
  ['/', 200, 'Accept-Encoding: gzip\r\n'],
  ['/page/main.js', 200],
  ['/health/live', 200],
  ['/health/ready', 503],
  ['/nowhere', 404],
  ['/docs/static/swagger-ui-bundle.js', 200],
];

served(
  'HEAD has the length of GET, and no body',
  {},
  async (open, { pool }) => {
    pool.alive = false;
    const client = await open();
    for (const [path, expected, lines = ''] of HEADS) {
      const asked = (method: string) => client.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${lines}\r\n`);
      asked('GET');
      const { status, headers } = await client.answer();
      asked('HEAD');
      const head = await client.answer({ hasBody: false });
      assert.deepEqual([status, head.status], [expected, expected], path);
      assert.equal(head.headers['content-length'], headers['content-length'], path);
      assert.ok(Number(headers['content-length']) > 0, path);
    }
    client.write('HEAD /detect HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.equal((await client.answer({ hasBody: false })).status, 405);
    client.write(LIVE);
    const { status, body } = await client.answer();
    assert.deepEqual([status, body], [200, '{"status":"alive"}'], 'what follows the head is the next answer');
    client.destroy();
  },
  { page },
);

served('metrics that are asked for ahead are rendered once for all', {}, async (open, { metrics: { registry } }) => {
  const { metrics } = registry;
  let rendered = 0;
  registry.metrics = () => {
    rendered += 1;
    return metrics.call(registry);
  };
  const clients = await Promise.all(Array.from({ length: 20 }, open));
  for (const client of clients) client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(10));
  for (const client of clients) {
    for (let i = 0; i < 10; i++) assert.match((await client.answer()).body, /^# HELP /);
    client.destroy();
  }
  assert.ok(rendered >= 1 && rendered <= 40, `${rendered} renderings for 200 requests`);
});
