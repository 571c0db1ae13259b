import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ownName } from '../../src/cli/own-name.ts';

const CASES: [what: string, script: string, name: string][] = [
  ['a checkout', path.resolve('dist/cli.js'), 'node dist/cli.js'],
  ['a checkout elsewhere', '/opt/it is/dist/cli.js', "node '/opt/it is/dist/cli.js'"],
  ['an installed package', path.resolve('node_modules/.bin/gfl-serve'), 'gfl-serve'],
  ['the image', '/usr/local/bin/gfl-serve', 'gfl-serve'],
];

for (const [what, script, name] of CASES) {
  test(`${what}: ${name}`, () => {
    assert.equal(ownName(script), name);
  });
}
