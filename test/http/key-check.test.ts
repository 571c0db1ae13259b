import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { after, mock, test } from 'node:test';
import { createKeyFlaw } from '../../src/http/key-check.ts';

const compared = mock.method(crypto, 'timingSafeEqual');
syncBuiltinESMExports();
after(() => {
  mock.restoreAll();
  syncBuiltinESMExports();
});

const KEYS = ['first-key-of-three', 'second-key-of-three', 'third'];
const [FIRST, , LAST] = KEYS as [string, string, string];

const CASES: [name: string, headers: IncomingHttpHeaders, elsewhere: string | undefined, given: number, ok: boolean][] =
  [
    ['the first key', { 'x-api-key': FIRST }, undefined, 1, true],
    ['the last key', { 'x-api-key': LAST }, undefined, 1, true],
    ['a wrong key', { 'x-api-key': 'wrong' }, undefined, 1, false],
    ['a wrong key of the same length', { 'x-api-key': `${FIRST.slice(0, -1)}x` }, undefined, 1, false],
    ['a right bearer', { authorization: `Bearer ${LAST}` }, undefined, 1, true],
    ['a wrong bearer', { authorization: 'Bearer wrong' }, undefined, 1, false],
    ['a right key of a form', {}, FIRST, 1, true],
    ['a right one first, in all three places', { authorization: `Bearer ${FIRST}`, 'x-api-key': 'x' }, 'y', 3, true],
    ['a right one last, in all three places', { authorization: 'Bearer x', 'x-api-key': 'y' }, LAST, 3, true],
    ['none right, in all three places', { authorization: 'Bearer x', 'x-api-key': 'y' }, 'z', 3, false],
    ['no key', {}, undefined, 0, false],
  ];

for (const [name, headers, elsewhere, given, ok] of CASES) {
  test(`${name}: each given is compared with each configured, in constant time, whether it is right or not`, () => {
    compared.mock.resetCalls();
    const flaw = createKeyFlaw(KEYS)(headers, elsewhere);
    assert.equal(flaw === undefined, ok, flaw);
    assert.equal(compared.mock.callCount(), given * KEYS.length);
    for (const { arguments: sides } of compared.mock.calls) {
      for (const side of sides) assert.equal(side.byteLength, 32, 'a digest: the length of a key does not show');
    }
  });
}
