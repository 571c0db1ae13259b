import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../src/healthcheck.js', import.meta.url));

async function check(t: TestContext, host: string, status: number, env: (port: number) => Record<string, string>) {
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url!);
    response.writeHead(status).end();
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const child = spawn(process.execPath, [SCRIPT], { env: env(port), stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return { code, asked };
}

for (const [name, host, status, env, code] of [
  ['ready', '127.0.0.1', 200, port => ({ PORT: `${port}`, HOST: '0.0.0.0' }), 0],
  ['not ready', '127.0.0.1', 503, port => ({ PORT: `${port}` }), 1],
  ['blanks, and HOST empty', '127.0.0.1', 200, port => ({ PORT: ` ${port} `, HOST: '' }), 0],
  ['localhost', '127.0.0.1', 200, port => ({ PORT: `${port}`, HOST: 'localhost' }), 0],
  ['one address of several', '127.0.0.2', 200, port => ({ PORT: `${port}`, HOST: '127.0.0.2' }), 0],
] satisfies [string, string, number, (port: number) => Record<string, string>, number][]) {
  test(`the container's health check: ${name}`, async t => {
    const found = await check(t, host, status, env);
    assert.deepEqual(found, { code, asked: ['/health/ready'] });
  });
}

test('the health check fails where nothing listens', async () => {
  const child = spawn(process.execPath, [SCRIPT], { env: { PORT: '1' }, stdio: 'inherit' });
  assert.deepEqual(await once(child, 'exit'), [1, null]);
});
