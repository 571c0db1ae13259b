import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { after, mock, test } from 'node:test';
import { createKeyFinder } from '../../src/http/key-check.ts';

const compared = mock.method(crypto, 'timingSafeEqual');
syncBuiltinESMExports();
after(() => {
  mock.restoreAll();
  syncBuiltinESMExports();
});

const KEYS = ['first-key-of-three', 'second-key-of-three', 'third'];
const [FIRST, , LAST] = KEYS as [string, string, string];

const CASES: [
  name: string,
  headers: IncomingHttpHeaders,
  elsewhere: string | undefined,
  given: number,
  key?: number,
][] = [
  ['the first key', { 'x-api-key': FIRST }, undefined, 1, 0],
  ['the last key', { 'x-api-key': LAST }, undefined, 1, 2],
  ['a wrong key', { 'x-api-key': 'wrong' }, undefined, 1],
  ['a wrong key of the same length', { 'x-api-key': `${FIRST.slice(0, -1)}x` }, undefined, 1],
  ['a right bearer', { authorization: `Bearer ${LAST}` }, undefined, 1, 2],
  ['a wrong bearer', { authorization: 'Bearer wrong' }, undefined, 1],
  ['a right key of a form', {}, FIRST, 1, 0],
  ['a right one first, in all three places', { authorization: `Bearer ${FIRST}`, 'x-api-key': 'x' }, 'y', 3, 0],
  ['a right one last, in all three places', { authorization: 'Bearer x', 'x-api-key': 'y' }, LAST, 3, 2],
  ['none right, in all three places', { authorization: 'Bearer x', 'x-api-key': 'y' }, 'z', 3],
  ['no key', {}, undefined, 0],
];

for (const [name, headers, elsewhere, given, key] of CASES) {
  test(`${name}: each given is compared with each configured, in constant time, whether it is right or not`, () => {
    compared.mock.resetCalls();
    const found = createKeyFinder(KEYS)(headers, elsewhere);
    if (key === undefined) assert.ok(found.flaw);
    else assert.deepEqual(found, { key });
    assert.equal(compared.mock.callCount(), given * KEYS.length);
    for (const { arguments: sides } of compared.mock.calls) {
      for (const side of sides) assert.equal(side.byteLength, 32, 'a digest: the length of a key does not show');
    }
  });
}
