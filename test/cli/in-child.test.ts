import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from '../../src/cli/cli-error.ts';
import { inChild } from '../../src/cli/model/in-child.ts';

const ENTRY = new URL('../support/dying-child.js', import.meta.url);

const deaths: [string, RegExp][] = [
  [
    'segfault',
    /^segfault: dying ended the process that did it \(SIGSEGV\): the file is damaged .* Its last words: the last words$/,
  ],
  ['abort', /^abort: dying ended the process that did it \(SIGABRT\): the file is damaged/],
  ['killed', /^killed: dying ended the process that did it \(SIGKILL\): it took more memory than there is/],
  ['silent', /^silent: dying ended the process that did it \(exit code 0\)/],
  ['heap', /^heap: dying ended the process that did it \(SIG(ABRT|TRAP)\): it took more memory than there is/],
  ['endless', /^endless: dying took more than 0\.3 s, and was ended\.$/],
];
for (const [name, message] of deaths) {
  test(`in a child: ${name} is a sentence`, async () => {
    const options = { file: name, entry: ENTRY, heapMegabytes: 300 };
    await assert.rejects(inChild({ type: 'inspect', file: name, wishes: {} }, options), error => {
      assert.ok(error instanceof CliError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('in a child: who gives up ends it', async () => {
  const stop = new AbortController();
  const job = { type: 'inspect', file: 'patient', wishes: {} } as const;
  const started = performance.now();
  const onPhase = () => stop.abort();
  await assert.rejects(inChild(job, { file: 'patient', entry: ENTRY, signal: stop.signal, onPhase }), CliError);
  assert.ok(performance.now() - started < 10_000);
});
