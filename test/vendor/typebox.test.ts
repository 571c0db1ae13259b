import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** What the build made of src/vendor/typebox.ts. */
const built = readFileSync(new URL('../../src/vendor/typebox.js', import.meta.url), 'utf8');

test('TypeBox is one file', () => {
  assert.match(built, /additionalProperties/);
  assert.doesNotMatch(built, /^(import|export) .*from /m);
});

test('with its licence, word for word', () => {
  const plain = (text: string) => text.replaceAll(/^ \*(\/| |$)/gm, '').trim();
  const licence = readFileSync('node_modules/typebox/license', 'utf8');
  const words = (text: string) => text.split(/\s+/).join(' ');
  assert.ok(words(plain(built)).includes(words(licence).trim()), 'src/vendor/typebox.ts has another');
});
