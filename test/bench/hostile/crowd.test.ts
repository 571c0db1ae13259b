import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostileCrowd } from '../../../bench/hostile/crowd.ts';

const SIZE = { idle: 2, 'slow-head': 1, 'slow-body': 1, unread: 1, 'early-reset': 10, leaves: 10 };
const STAYING = ['idle', 'slow-head', 'slow-body', 'unread'] as const;
const LIVED_MS = 400;

/** What a crowd reports after it was with a server for so long. */
async function crowdAt(accept: (socket: Socket) => void) {
  const accepted = new Set<Socket>();
  const server = createServer(socket => {
    accepted.add(socket);
    socket.on('error', () => {});
    accept(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const crowd = hostileCrowd((server.address() as AddressInfo).port, SIZE, Buffer.alloc(100), 0);
  await sleep(LIVED_MS);
  const report = crowd.stop();
  for (const socket of accepted) socket.destroy();
  server.close();
  return report;
}

test('a connection that is never cut is as old as the crowd, and not counted as cut', async () => {
  const { cut, longestMs } = await crowdAt(socket => socket.resume());
  for (const habit of STAYING) {
    assert.equal(cut[habit], 0, habit);
    assert.ok(longestMs[habit] > LIVED_MS / 2, `${habit}: the oldest was seen at ${longestMs[habit]} ms`);
  }
  for (const habit of ['early-reset', 'leaves'] as const) assert.equal(longestMs[habit], 0, 'they go by themselves');
});

test('connections that are cut are counted, with the age at which they were', async () => {
  const { cut, longestMs } = await crowdAt(socket => setTimeout(() => socket.resetAndDestroy(), 50));
  for (const habit of STAYING) {
    assert.ok(cut[habit] >= 1, `${habit}: ${cut[habit]} were cut`);
    assert.ok(longestMs[habit] >= 45, `${habit}: cut at ${longestMs[habit]} ms`);
  }
});
