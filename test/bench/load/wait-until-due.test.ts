import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLoop } from '../../../bench/load/open-loop.ts';
import { pictureRequest } from '../../../bench/load/picture-requests.ts';
import { steadyLoad } from '../../../bench/load/steady-load.ts';
import { waitUntilDue } from '../../../bench/load/wait-until-due.ts';

test('latency counts from no later than the moment of sending, and no later than due', async () => {
  let left = 0;
  for (let step = 0; step < 50; step++) {
    const dueAt = performance.now() + 1 + step * 0.07;
    const from = await waitUntilDue(dueAt);
    const sentAt = performance.now();
    assert.ok(from <= dueAt && from <= sentAt, `counted from ${from}, due at ${dueAt}, sent at ${sentAt}`);
    if (sentAt < dueAt) left += 1;
  }
  assert.ok(left > 0, 'no timer fired before its time: this test shows nothing');
});

const SERVER_TAKES_MS = 3;
const PER_SECOND = 130;
const request = pictureRequest('one.jpg', Buffer.from('x'), 'raw');

const LOADS: [name: string, latencies: (url: string) => Promise<number[]>][] = [
  [
    'a steady load',
    async url => {
      const load = steadyLoad(url, [request], PER_SECOND);
      await sleep(700);
      return (await load.stop()).map(({ dueAt, endedAt }) => endedAt - dueAt);
    },
  ],
  [
    'an open loop',
    async url => (await openLoop([url], [request], PER_SECOND, { warmUpMs: 100, durationMs: 600 })).latenciesMs,
  ],
];

for (const [name, latencies] of LOADS) {
  test(`${name} sees no picture answered sooner than the server can`, async () => {
    const server = createServer((incoming, response) => {
      const answerAt = performance.now() + SERVER_TAKES_MS;
      const wait = () => {
        if (performance.now() < answerAt) setImmediate(wait);
        else response.writeHead(200, { 'content-length': 0 }).end();
      };
      incoming.resume().on('end', wait);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const all = await latencies(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      assert.ok(all.length > 30, `${all.length} answers`);
      assert.ok(Math.min(...all) >= SERVER_TAKES_MS, `one of ${all.length} took ${Math.min(...all)} ms`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}
