import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JPEG_HEAD } from '../support/pictures.ts';
import { openRaw } from '../support/raw-http.ts';
import { createTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const VALID = `00-${TRACE}-${SPAN}-01`;

const HEADERS: [name: string, traceparent: string | undefined, taken: boolean][] = [
  ['none', undefined, false],
  ['sampled', VALID, true],
  ['not sampled', `00-${TRACE}-${SPAN}-00`, true],
  ['unknown flags', `00-${TRACE}-${SPAN}-ff`, true],
  ['a later version', `01-${TRACE}-${SPAN}-01`, true],
  ['a later version with more', `cc-${TRACE}-${SPAN}-01-what-the-future-holds`, true],
  ['a later version with more in the flags', `cc-${TRACE}-${SPAN}-01.5`, false],
  ['more in version 00', `${VALID}-more`, false],
  ['version ff', `ff-${TRACE}-${SPAN}-01`, false],
  ['no version', `${TRACE}-${SPAN}-01`, false],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`, false],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`, false],
  ['capitals', VALID.toUpperCase(), false],
  ['a trace that is too short', `00-${TRACE.slice(1)}-${SPAN}-01`, false],
  ['a span that is too long', `00-${TRACE}-${SPAN}0-01`, false],
  ['no flags', `00-${TRACE}-${SPAN}`, false],
  ['no hex', `00-${TRACE.replace('4', 'g')}-${SPAN}-01`, false],
  ['two in one', `${VALID}, ${VALID}`, false],
];

for (const [name, traceparent, taken] of HEADERS) {
  test(`traceparent, ${name}: ${taken ? 'in the log line' : 'passed over'}`, async () => {
    const { app, logs } = await createTestApp();
    const headers = { 'content-type': 'image/jpeg', ...(traceparent !== undefined && { traceparent }) };
    const { statusCode } = await app.inject({ method: 'POST', url: '/detect', headers, payload: JPEG_HEAD });
    assert.equal(statusCode, 200);
    const line = logs.find(({ msg }) => msg === 'request');
    assert.deepEqual([line?.trace_id, line?.span_id], taken ? [TRACE, SPAN] : [undefined, undefined]);
    assert.equal(Object.hasOwn(line!, 'trace_id'), taken);
  });
}

test('refusals have it too: of a key, and of a URL that no route is looked up for', async t => {
  const { app, logs } = await createTestApp({ env: { API_KEYS: 'a-key-of-16-chars' } });
  await app.listen();
  t.after(() => app.close());
  for (const [path, status] of [
    ['/models', 401],
    ['/%zz', 400],
  ] as const) {
    const client = await openRaw((app.server.address() as { port: number }).port);
    client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\ntraceparent: ${VALID}\r\nConnection: close\r\n\r\n`);
    assert.equal((await client.answer()).status, status);
    await client.closed();
    await until(() => logs.some(line => line.status === status));
    assert.equal(logs.find(line => line.status === status)?.trace_id, TRACE, path);
  }
});

test('a header that is sent twice is passed over', async t => {
  const { app, logs } = await createTestApp();
  await app.listen();
  t.after(() => app.close());
  const client = await openRaw((app.server.address() as { port: number }).port);
  const twice = `traceparent: ${VALID}\r\n`.repeat(2);
  client.write(`GET /models HTTP/1.1\r\nHost: x\r\n${twice}Connection: close\r\n\r\n`);
  assert.equal((await client.answer()).status, 200);
  await until(() => logs.some(({ msg }) => msg === 'request'));
  assert.equal(logs.find(({ msg }) => msg === 'request')?.trace_id, undefined);
});
