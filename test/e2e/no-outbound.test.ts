import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../../bench/start-service.ts';
import { type OpenSocket, openSockets, outbound, processTree } from '../support/open-sockets.ts';
import { squares } from '../support/squares.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** The service opens no connection to anybody, and says no key to anybody: seen from outside, through a life with a death in it. */

const skip = existsSync('/proc/net/tcp') ? false : 'needs /proc of Linux';
const KEYS = ['first-key-of-the-test', 'second-key-of-the-test'];
const WRONG = 'a-wrong-key-of-the-test';
const EVERY_MS = 10;

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-outbound-'));
  await writeTinyModel(path.join(folder, 'tiny'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Looks at the sockets of these processes, over and over. */
function watch(processes: () => number[]) {
  const seen = new Map<string, OpenSocket>();
  let looks = 0;
  let listening = 0;
  let running = true;
  const done = (async () => {
    while (running) {
      const sockets = openSockets(processes());
      for (const socket of outbound(sockets)) seen.set(JSON.stringify(socket), socket);
      listening = Math.max(listening, sockets.filter(({ remote }) => /^0+:0000$/.test(remote)).length);
      looks += 1;
      await sleep(EVERY_MS);
    }
  })();
  return {
    async stop() {
      running = false;
      await done;
      return { seen: [...seen.values()], looks, listening };
    },
  };
}

test('no connection to anybody, no key in what it writes', { skip }, async () => {
  const started = startService({
    ...{
      MODELS_DIR: folder,
      MODEL: 'tiny',
      PROVIDER: 'cpu',
      ENGINES: '2',
      LOG_LEVEL: 'trace',
      API_KEYS: KEYS.join(','),
    },
    // Were there telemetry, this would not be what keeps it quiet.
    ORT_DISABLE_TELEMETRY: '',
  });
  // From its first moment on: what this process has started is the service and what that has started.
  const watching = watch(() => processTree(process.pid).slice(1));
  const service = await started;
  const picture = await squares([['red', 2, 2]]);
  const send = async (path: string, init: RequestInit) => {
    const response = await fetch(service.url + path, { method: 'POST', ...init });
    await response.arrayBuffer();
    return response.status;
  };
  const inForm = (key: string) => {
    const form = new FormData();
    form.set('api_key', key);
    form.set('image', new Blob([picture]), 'picture.png');
    return form;
  };
  const ways: Record<string, (key: string) => Promise<number>> = {
    'X-API-Key': key => send('/detect', { headers: { 'X-API-Key': key }, body: picture }),
    Bearer: key => send('/detect', { headers: { Authorization: `Bearer ${key}` }, body: picture }),
    'the api_key of a form': key => send('/v1/vision/detection', { body: inForm(key) }),
  };
  for (const [way, ask] of Object.entries(ways)) {
    for (const key of KEYS) assert.equal(await ask(key), 200, way);
    assert.equal(await ask(WRONG), 401, way);
  }
  const [victim] = processTree(service.process.pid!).slice(1);
  process.kill(victim!, 'SIGKILL');
  for (let tries = 0; tries < 20; tries++) {
    await ways.Bearer!(KEYS[0]!);
    await sleep(100);
  }
  const { seen, looks, listening } = await watching.stop();
  const output = service.output();
  await service.stop();
  assert.ok(looks > 50 && listening >= 1, `${looks} looks, ${listening} listening: the watcher saw nothing`);
  assert.deepEqual(seen, []);
  const refused = output.match(/"status":401,/g)?.length;
  assert.equal(refused, Object.keys(ways).length, 'the log was not seen, or only its end');
  for (const key of [...KEYS, WRONG]) assert.ok(!output.includes(key), `${key} is in the log`);
  console.log(`${looks} looks at the sockets of the service and its engines, one of them killed: none outbound`);
});

const OPENERS: [name: string, code: (port: number) => string][] = [
  ['a TCP connection', port => `require('node:net').connect(${port}, '127.0.0.1')`],
  ['a UDP socket, as for a name', () => `require('node:dgram').createSocket('udp4').bind(0, '127.0.0.1')`],
];

for (const [name, code] of OPENERS) {
  test(`the watcher sees ${name}, also of a child's child`, { skip }, async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const inner = `${code(port)}; setTimeout(() => {}, 5000)`;
    const outer = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}]); setTimeout(() => {}, 5000)`;
    const child: ChildProcess = spawn(process.execPath, ['-e', outer]);
    const watching = watch(() => processTree(child.pid!));
    await sleep(1500);
    const { seen } = await watching.stop();
    for (const pid of processTree(child.pid!).reverse()) process.kill(pid, 'SIGKILL');
    server.close();
    assert.equal(seen.length, 1, JSON.stringify(seen));
  });
}
