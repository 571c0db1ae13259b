import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readBody } from '../../src/http/read-body.ts';

const BYTES = 500_000;
/** Kept one by one, the Buffers take 97 MB. */
const MOST_KEPT_BYTES = 20_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('a body that comes byte by byte takes no more memory than it has bytes, and little besides', async t => {
  let before = 0;
  let grown = 0;
  function* bytes() {
    before = memory();
    // As sockets give them: each with memory of its own.
    for (let at = 0; at < BYTES; at++) yield Buffer.from(Uint8Array.of(at % 251).buffer);
    grown = memory() - before;
  }
  const body = await readBody(Readable.from(bytes(), { objectMode: false }), { maxBytes: BYTES, timeoutMs: 60_000 });
  t.diagnostic(`${(grown / 1e6).toFixed(1)} MB are kept of ${BYTES} bytes`);
  assert.equal(body.length, BYTES);
  assert.ok(
    body.every((byte, at) => byte === at % 251),
    'in order',
  );
  assert.ok(grown < MOST_KEPT_BYTES, `${grown} bytes are kept`);
});
