import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startServer } from '../../bench/start-server.ts';
import { cannotTrace, networkCalls } from '../support/network-calls.ts';
import { processTree } from '../support/open-sockets.ts';
import { squares } from '../support/squares.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** Every system call of the service and its engines that makes, binds or connects a socket: none is missed for being short. */

const options = { skip: cannotTrace(), timeout: 60_000 };

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-outbound-'));
  await writeTinyModel(path.join(folder, 'tiny'));
});
after(() => rm(folder, { recursive: true, force: true }));

test(
  'from start to end, over the death of an engine: one socket a port to listen on, and no other',
  options,
  async t => {
    const traced = await networkCalls(process.execPath, ['dist/main.js']);
    const metricsPort = await freePort();
    const service = await startServer({
      name: 'The service',
      command: traced.command,
      args: () => traced.args,
      env: port => ({
        ...process.env,
        ...{ MODELS_DIR: folder, MODEL: 'tiny', PROVIDER: 'cpu', ENGINES: '2' },
        ...{ PORT: String(port), METRICS_PORT: String(metricsPort), LOG_LEVEL: 'warn', ORT_DISABLE_TELEMETRY: '' },
      }),
    });
    t.after(() => service.process.kill('SIGKILL'));
    const picture = await squares([['red', 2, 2]]);
    const detect = async () => (await fetch(`${service.url}/detect`, { method: 'POST', body: picture })).status;
    const restarts = async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      return Number(/gfl_engine_restarts_total\{reason="killed"\} (\d+)/.exec(metrics)?.[1]);
    };
    assert.equal(await detect(), 200);
    process.kill(processTree(service.process.pid!)[1]!, 'SIGKILL');
    while ((await restarts()) < 1 || processTree(service.process.pid!).length < 3) await sleep(50);
    while ((await detect()) !== 200) await sleep(50);
    assert.equal(await service.stop(), 0);

    const { calls, ended } = await traced.read();
    assert.ok(ended > 4, `${ended} processes and threads: the engines were not seen`);
    const kinds = calls.map(call => call.replace(/^(\w+)\(.*(SOCK_STREAM|htons\(\d+\)).*$/, '$1 $2'));
    const { port } = new URL(service.url);
    assert.deepEqual(kinds.sort(), [
      ...[port, String(metricsPort)].sort().map(one => `bind htons(${one})`),
      ...['socket SOCK_STREAM', 'socket SOCK_STREAM'],
    ]);
    console.log(
      `${ended} processes and threads made, bound and connected these sockets of a network: ${calls.join('; ')}`,
    );
  },
);

const OPENERS: [name: string, code: string, seen: RegExp][] = [
  [
    'a connection that is over at once',
    `require('node:net').connect(9, '127.0.0.1').on('error', () => {})`,
    /connect\(/,
  ],
  ['a name that is looked up', `require('node:dns').resolve('name.invalid', () => process.exit())`, /SOCK_DGRAM/],
];

for (const [name, code, seen] of OPENERS) {
  test(`the watcher sees ${name}, of a child`, options, async () => {
    const outer = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(code)}], { timeout: 5000 })`;
    const traced = await networkCalls(process.execPath, ['-e', outer]);
    execFileSync(traced.command, traced.args);
    // strace may still be writing.
    while (!(await traced.read()).calls.some(call => seen.test(call))) await sleep(50);
  });
}
