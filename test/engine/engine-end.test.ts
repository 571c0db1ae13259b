import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deathCause } from '../../src/engine/engine-end.ts';

const LINES = Array.from({ length: 12 }, (_, i) => `line ${i + 1}`);
const HEAP = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory';

const CASES: [name: string, given: Parameters<typeof deathCause>, reason: string, detail: string][] = [
  ['an exit', [1, null, []], 'crash', 'it exited with 1'],
  ['an exit that says it went well', [0, null, []], 'crash', 'it exited with 0'],
  ['a native fault', [null, 'SIGSEGV', ['oh']], 'crash', 'it was ended by SIGSEGV; it said: oh'],
  ['SIGKILL from outside', [null, 'SIGKILL', []], 'killed', 'it was ended by SIGKILL'],
  ['SIGTERM before it could ignore it', [null, 'SIGTERM', []], 'killed', 'it was ended by SIGTERM'],
  ['a full heap', [null, 'SIGABRT', [HEAP, ...LINES]], 'out_of_memory', `it was ended by SIGABRT; it said: ${HEAP}`],
  [
    'memory that native code did not get',
    [null, 'SIGABRT', ["terminate called after throwing an instance of 'std::bad_alloc'"]],
    'out_of_memory',
    "it was ended by SIGABRT; it said: terminate called after throwing an instance of 'std::bad_alloc'",
  ],
  [
    'memory that GLib did not get',
    [null, 'SIGTRAP', ['../glib/gmem.c:139: failed to allocate 129960000 bytes', ...LINES]],
    'out_of_memory',
    'it was ended by SIGTRAP; it said: ../glib/gmem.c:139: failed to allocate 129960000 bytes',
  ],
  ['many last words', [3, null, LINES], 'crash', `it exited with 3; it said: ${LINES.slice(2).join(' | ')}`],
];
for (const [name, given, reason, detail] of CASES) {
  test(`${name} is ${reason}`, () => assert.deepEqual(deathCause(...given), { reason, detail }));
}
