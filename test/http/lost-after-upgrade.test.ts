import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { JPEG_HEAD } from '../support/pictures.ts';
import { served } from '../support/served.ts';

const UPGRADE = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n';
const live = (lines = '') => `GET /health/live HTTP/1.1\r\nHost: x\r\n${lines}\r\n`;
const picture = (...lines: string[]) => {
  const head = ['POST /detect HTTP/1.1', 'Host: x', `Content-Length: ${JPEG_HEAD.length}`, ...lines].join('\r\n');
  return `${head}\r\n${UPGRADE}\r\n${JPEG_HEAD.toString('latin1')}`;
};
const chunked = `POST /detect HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${UPGRADE}\r\n${JPEG_HEAD.length.toString(16)}\r\n${JPEG_HEAD.toString('latin1')}\r\n0\r\n\r\n`;

served('a client that asks for h2c with every request, as Java does, keeps its connection', {}, async open => {
  const client = await open();
  for (const request of [picture(), live(UPGRADE), picture(), picture('X-Request-Id: mine')]) {
    client.write(Buffer.from(request, 'latin1'));
    const { status, headers } = await client.answer();
    assert.deepEqual([status, headers.connection], [200, 'keep-alive']);
  }
  client.write(`GET /nowhere HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`);
  const { status, headers } = await client.answer();
  assert.deepEqual([status, headers.connection], [404, 'keep-alive'], 'refused before its end was seen');
  client.destroy();
});

served('a body that comes later than its head keeps its connection, too', {}, async open => {
  const client = await open();
  const request = picture();
  const end = request.indexOf('\r\n\r\n') + 4;
  client.write(Buffer.from(request.slice(0, end), 'latin1'));
  await sleep(50);
  client.write(Buffer.from(request.slice(end), 'latin1'));
  assert.equal((await client.answer()).headers.connection, 'keep-alive');
  client.destroy();
});

const LOST: [name: string, bytes: string][] = [
  ['a GET', live(UPGRADE) + live()],
  ['a GET for another protocol', live('Connection: Upgrade\r\nUpgrade: websocket\r\n') + live()],
  ['a picture', picture() + live()],
  ['a picture in chunks', chunked + live()],
  ['the second of three', live() + live(UPGRADE) + live()],
  [
    'a request of which the next one is a part',
    `${live(UPGRADE)}POST /detect HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n`,
  ],
];

for (const [name, bytes] of LOST) {
  served(`what comes with ${name} that asks for an upgrade is not lost without a word`, {}, async open => {
    const client = await open();
    client.write(Buffer.from(bytes, 'latin1'));
    if (name.startsWith('the second')) assert.equal((await client.answer()).headers.connection, 'keep-alive');
    const { status, headers } = await client.answer();
    assert.deepEqual([status, headers.connection], [200, 'close']);
    await client.closed();
  });
}
