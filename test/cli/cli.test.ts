import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { runCli } from '../support/run-cli.ts';

/** The command itself: help, version, and what it says to words it does not know. */

test('--version is that of package.json', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  assert.deepEqual(await runCli(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
});

for (const args of [
  ['--help'],
  ['serve', '--help'],
  ['detect', '--help'],
  ['completion', '--help'],
  ['eval', '--help'],
  ['model', '--help'],
  ['model', 'inspect', '--help'],
  ['model', 'add', '--help'],
  ['model', 'check', '--help'],
]) {
  test(`gfl-serve ${args.join(' ')}: usage on standard output, with an example`, async () => {
    const { code, stdout, stderr } = await runCli(args);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Usage: gfl-serve /);
    if (args[0] !== 'model' || args.length === 3) assert.match(stdout, /^ +(\w+=\S+ )*gfl-serve \w+( |$)/m);
    const tooLong = stdout.split('\n').filter(line => line.length > 135);
    assert.deepEqual(tooLong, []);
  });
}

for (const [args, message] of [
  [[], /^Usage: gfl-serve COMMAND/],
  [['find'], /gfl-serve has no command "find"; it has serve, detect, eval, model, completion\./],
  [['toString'], /gfl-serve has no command "toString"/],
  [['model'], /^Usage: gfl-serve model COMMAND/],
  [['model', 'remove'], /gfl-serve model has no command "remove"; it has inspect, add, check\./],
  [['model', 'inspect'], /^Usage: gfl-serve model inspect/],
  [['model', 'inspect', 'a.onnx', 'b.onnx'], /^Usage: gfl-serve model inspect/],
  [['model', 'inspect', 'a.onnx', '--format', 'xml'], /--format is "xml"; expected text or json\./],
  [['model', 'inspect', 'a.onnx', '--bins', 'many'], /--bins takes whole numbers from 2 to 64 but received "many"\./],
  [['model', 'inspect', 'a.onnx', '--size', '4'], /--size takes whole numbers from 32 to 4096 but received "4"\./],
  [
    ['model', 'inspect', 'a.onnx', '--size', '4x4x4'],
    /--size takes WIDTHxHEIGHT in pixels, such as 640x480, but received/,
  ],
  [['model', 'inspect', 'a.onnx', '--strides', '8,,16'], /--strides takes whole numbers from 1 to 512 but received ""/],
  [['model', 'add', 'a.onnx'], /--family is missing; "node dist\S*cli\.js model inspect a\.onnx" says which fit\./],
  [
    ['model', 'add', 'a.onnx', '--family', 'gfl', '--set', 'colour'],
    /--set takes FIELD=VALUE, such as input\.colour=rgb/,
  ],
  [['model', 'add', 'a.onnx', '--family', 'gfl', '--set', '__proto__.x=1'], /--set takes FIELD=VALUE/],
  [['model', 'add', 'a.onnx', '--colour'], /'--colour <value>' argument missing\. --help shows what can be said\./],
  [['model', 'inspect', 'a.onnx', '--fast'], /^Unknown option '--fast'\. --help shows what can be said\.$/m],
  [['detect', 'a.jpg', '--score', '1'], /^Unknown option '--score'\. --help shows what can be said\.$/m],
  [['serve', '--port', '80'], /serve does not take "--port": settings are environment variables, as in PORT=8081/],
  [['serve', 'plus'], /serve does not take "plus"/],
] as [string[], RegExp][]) {
  test(`gfl-serve ${args.join(' ')}: refused in a sentence, exit code 1`, async () => {
    const { code, stdout, stderr } = await runCli(args);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /bug|\n {4}at /);
  });
}
