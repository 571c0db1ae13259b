import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { limitConnections } from '../../src/http/limit-connections.ts';
import { JPEG_HEAD } from '../support/pictures.ts';
import type { RawClient } from '../support/raw-http.ts';
import { served } from '../support/served.ts';
import type { TestService } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** Only Linux has all of 127.0.0.0/8 without being told. */
const skip = process.platform !== 'linux' && 'only Linux has other addresses of its own';
const LARGE = '127.0.0.66';
const SMALL = '127.0.0.2';
const PROBE = '127.0.0.3';

const LIVE = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
const head = (path = '/detect', length = 100_000) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: ${length}\r\n\r\n`;
const whole = Buffer.concat([Buffer.from(head('/detect', JPEG_HEAD.length)), JPEG_HEAD]);

/** Answers wait until the returned function is called. */
function holdAnswers({ pool }: TestService): () => void {
  const { answer } = pool;
  let release = () => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  pool.answer = async (job, signal) => {
    await released;
    return answer(job, signal);
  };
  return release;
}

async function isLive(client: RawClient): Promise<void> {
  client.write(LIVE);
  assert.equal((await client.answer()).status, 200);
}

served(
  'an address that has most makes room for the others: its idle, then its bodies, the longest first, before its pictures',
  { MAX_CONNECTIONS: '5' },
  async (open, service) => {
    const release = holdAnswers(service);
    const small = await open(SMALL);
    await isLive(small); // idle for longest of all
    const picture = await open(LARGE);
    picture.write(whole);
    await until(() => service.pool.jobs.length === 1);
    const [first, second] = [await open(LARGE), await open(LARGE)];
    for (const client of [first, second]) {
      client.write(head());
      await sleep(50); // its head has been read
    }
    const idle = await open(LARGE);

    await isLive(await open(PROBE));
    await idle.closed();
    await isLive(await open('127.0.0.4'));
    await first.closed();
    assert.deepEqual([small.isClosed, picture.isClosed, second.isClosed], [false, false, false]);
    await isLive(await open('127.0.0.5'));
    await second.closed();
    release();
    assert.equal((await picture.answer()).status, 200);
    await isLive(small);
    assert.match(await service.metrics.registry.metrics(), /^gfl_connections_cut_total 3$/m);
  },
  { skip },
);

served(
  'pictures give way only to an address that has none, or still has fewer with its new one',
  { MAX_CONNECTIONS: '4' },
  async (open, service) => {
    const release = holdAnswers(service);
    const pictures: RawClient[] = [];
    for (const address of [LARGE, LARGE, LARGE, SMALL]) {
      const client = await open(address);
      client.write(whole);
      pictures.push(client);
      await until(() => service.pool.jobs.length + service.admission.depth === pictures.length);
    }
    const [longest, ...others] = pictures;
    await isLive(await open(PROBE));
    await longest?.closed();
    await (await open(SMALL)).closed(); // two, as the large one has now
    release();
    for (const client of others) assert.equal((await client.answer()).status, 200);
  },
  { skip },
);

served(
  'a body that has come whole counts as a picture, one behind a picture as well',
  { MAX_CONNECTIONS: '3' },
  async (open, service) => {
    const release = holdAnswers(service);
    const [came, ahead, comes] = [await open(LARGE), await open(LARGE), await open(LARGE)];
    came.write(head('/detect', JPEG_HEAD.length));
    ahead.write(Buffer.concat([whole, Buffer.from(head())]));
    await sleep(50);
    comes.write(head());
    await sleep(50); // their heads have been read
    came.write(JPEG_HEAD);
    await until(() => service.pool.jobs.length === 2);
    await isLive(await open(PROBE));
    await comes.closed();
    release();
    for (const client of [came, ahead]) assert.equal((await client.answer()).status, 200);
    const other = await open('127.0.0.4');
    await came.closed(); // idle since its answer
    other.destroy();
    await until(() => other.isClosed);
    const later = await open(LARGE);
    later.write(head());
    await sleep(50);
    await isLive(await open('127.0.0.5'));
    await ahead.closed(); // its second has been on its way for longer
    assert.equal(later.isClosed, false);
  },
  { skip },
);

test('several that come in one turn of the event loop: for each another goes, none twice', () => {
  const server = new EventEmitter();
  limitConnections(server as Server, new Map(), 2);
  const gone: number[] = [];
  for (let number = 0; number < 6; number++) {
    // As a real one: its `close` comes later.
    const destroy = () => gone.push(number);
    server.emit('connection', Object.assign(new EventEmitter(), { remoteAddress: LARGE, destroy }));
  }
  assert.deepEqual(gone, [0, 1, 2, 3]);
});

const FLOODED = 50;
const ATTACKERS = 60;
const MS = 1500;

for (const [path, env] of [
  ['/detect', {}],
  ['/v1/vision/detection', { API_KEYS: 'a-key-of-16-chars' }],
] as const) {
  served(
    `${ATTACKERS} connections of one address that send bodies to ${path} and come back keep nobody out`,
    { MAX_CONNECTIONS: String(FLOODED), ...env },
    async open => {
      const kept = await open(SMALL);
      const uploading = await open(SMALL);
      uploading.write(head('/detect', JPEG_HEAD.length).replace('Host', 'X-API-Key: a-key-of-16-chars\r\nHost'));
      const endsAt = performance.now() + MS;

      let cut = 0;
      async function attack(): Promise<void> {
        while (performance.now() < endsAt) {
          const client = await open(LARGE).catch(() => undefined); // cut as soon as it was there
          client?.write(head(path));
          while (client?.isClosed === false && performance.now() < endsAt) {
            await sleep(20);
            client.write('x');
          }
          if (client === undefined || client.isClosed) cut += 1;
          client?.destroy();
        }
      }
      const attacks = Array.from({ length: ATTACKERS }, attack);
      await until(() => cut > 0);
      let asked = 0;
      while (performance.now() < endsAt) {
        const probe = await open(PROBE);
        await isLive(probe);
        probe.destroy();
        await isLive(kept);
        asked += 1;
      }
      uploading.write(JPEG_HEAD);
      assert.equal((await uploading.answer()).status, 200);
      await Promise.all(attacks);
      assert.ok(asked > 10 && cut > ATTACKERS, `asked ${asked} times, ${cut} were cut`);
    },
    { skip },
  );
}
