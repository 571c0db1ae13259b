import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { responsesUnderWay } from '../../src/http/responses-under-way.ts';
import { openRaw } from '../support/raw-http.ts';
import { until } from '../support/until.ts';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

test('requests ahead are bounded over all connections, and their places come back', async () => {
  const due: ServerResponse[] = [];
  const server = createServer((_request, response) => due.push(response));
  const underWay = responsesUnderWay(server, 10);
  after(() => server.close().closeAllConnections());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const open = () => openRaw((server.address() as { port: number }).port);
  const [first, second, third, fourth] = await Promise.all([open(), open(), open(), open()]);

  first.write(GET.repeat(6));
  second.write(GET.repeat(6));
  await until(() => due.length === 12);
  third.write(GET);
  await until(() => due.length === 13);
  assert.deepEqual(
    [first, second, third].map(client => client.isClosed),
    [false, false, false],
    'ten are allowed',
  );
  third.write(GET);
  await third.closed();
  fourth.write(GET);
  await until(() => due.length === 15);
  assert.equal(fourth.isClosed, false, 'who sends none ahead is never cut');

  first.destroy();
  for (const response of due) if (response.socket === null || !response.socket.destroyed) response.end();
  for (let i = 0; i < 6; i++) assert.equal((await second.answer()).status, 200);
  assert.equal((await fourth.answer()).status, 200);
  await until(() => underWay.size === 2 && [...underWay.values()].every(({ size }) => size === 0));
  await sleep(50); // a connection that has gone is counted off a turn later
  due.length = 0;
  second.write(GET.repeat(11));
  await until(() => due.length === 11);
  assert.equal(second.isClosed, false, 'ten are allowed again');
  second.write(GET);
  await second.closed();
  fourth.destroy();
});
