import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(fileURLToPath(new URL('../src/log-destination.js', import.meta.url))).href;

/** Runs a piece of JavaScript that has `destination`, to its own standard output, and whose errors are ours. */
function run(code: string) {
  const head = `import { createLogDestination } from ${JSON.stringify(MODULE)}; const destination = createLogDestination(process.stdout.fd);`;
  const args = ['--input-type=module', '-e', `${head}\n${code}`];
  return spawn(process.execPath, args, {
    cwd: path.parse(process.cwd()).root,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

async function output(child: ReturnType<typeof run>): Promise<string> {
  const chunks: Buffer[] = [];
  child.stdout!.on('data', chunk => chunks.push(chunk));
  assert.deepEqual(await once(child, 'close'), [0, null]);
  return Buffer.concat(chunks).toString();
}

test('log lines come whole and in order, whenever the process ends', async () => {
  const line = `'ÄÖ漢字 ' + index + ' ' + 'x'.repeat(index % 1000) + '\\n'`;
  const log = await output(
    run(`for (let index = 0; index < 900; index++) {
      destination.lastLevel = index % 50 === 0 ? 40 : 30;
      destination.write(${line});
      if (index % 100 === 0) await new Promise(done => setTimeout(done, 20));
    }
    process.exit(0);`),
  );
  const expected = Array.from({ length: 900 }, (_, index) => `ÄÖ漢字 ${index} ${'x'.repeat(index % 1000)}`);
  assert.deepEqual(log.split('\n').slice(0, -1), expected);
});

test('a warning is written at once, others together', async () => {
  const child = run(`destination.lastLevel = 30;
    destination.write('a\\n');
    destination.lastLevel = 40;
    destination.write('b\\n');
    destination.lastLevel = 30;
    destination.write('c\\n');
    process.kill(process.pid, 'SIGKILL');`);
  let log = '';
  child.stdout!.on('data', chunk => {
    log += chunk;
  });
  await once(child, 'close');
  assert.equal(log, 'a\nb\n');
});

test('lines that nobody reads: 1 MB of them waits, the others are counted', async () => {
  const lines = 50_000; // of 1 kB
  const child = run(`destination.lastLevel = 30;
    for (let index = 0; index < ${lines}; index++) {
      destination.write(String(index).padEnd(1023) + '\\n');
      if (index % 1000 === 0) await new Promise(done => setTimeout(done));
    }
    process.send('written');
    await new Promise(done => process.once('message', done));
    process.exit(0);`);
  await once(child, 'message');
  setTimeout(() => child.send('end'), 500);
  const log = (await output(child)).split('\n').slice(0, -1);
  const [count, ...others] = log.filter(line => line.includes('were dropped'));
  assert.deepEqual(others, []);
  const kept = log.filter(line => !line.includes('were dropped')).map(Number);
  assert.equal(kept.length + JSON.parse(count!).lines, lines);
  assert.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, index) => index),
    'the first, in order',
  );
  assert.ok(kept.length > 500 && kept.length < 2500, `${kept.length} kB kept`);
});
