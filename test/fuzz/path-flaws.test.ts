import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathFlaws } from '../../fuzz/oracle/path-flaws.ts';

const LEAVES = [
  '/docs/static/../../package.json',
  '/page/%2e%2e/%2E./package.json',
  '/docs/static/%2e%2e%2f%2e%2e%2fpackage.json',
  '/docs/static/..%2F..%5cpackage.json',
  '/page/%252e%252e/package.json',
  'http://127.0.0.1:1/page/../package.json?x',
];
const STAYS = [
  '/models',
  '/page/..js',
  '/page/a..b',
  '/?x=/../y',
  '*',
  '/detect/../models',
  '/docs/%2e%2e/openapi.yaml',
  '/detect/..',
];

for (const target of LEAVES) {
  test(`a success for ${target} is a flaw`, () => assert.equal(pathFlaws(target).length, 1));
}
for (const target of STAYS) {
  test(`a success for ${target} is none`, () => assert.deepEqual(pathFlaws(target), []));
}
