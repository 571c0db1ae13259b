import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { replaceSection } from '../../bench/marked-section.ts';

const PAGE = 'before\n<!-- a:begin -->\nold\n<!-- a:end -->\nbetween\n<!-- b:begin --><!-- b:end -->\nafter\n';

test('what lies between the markers is replaced, the rest stays', () => {
  const once = replaceSection(PAGE, 'a', '\nnew | $& $1\n');
  assert.equal(
    once,
    PAGE.replace('\nold\n', () => '\n\nnew | $& $1\n\n'),
  );
  assert.equal(replaceSection(once, 'a', 'new | $& $1'), once, 'a second time changes nothing');
  assert.match(replaceSection(PAGE, 'b', 'text'), /<!-- b:begin -->\n\ntext\n\n<!-- b:end -->\nafter/);
});

for (const [name, page] of [
  ['no markers', 'text'],
  ['no end', '<!-- a:begin --> text'],
  ['the wrong way round', '<!-- a:end --> <!-- a:begin -->'],
] as const) {
  test(`${name}: refused`, () => {
    assert.throws(() => replaceSection(page, 'a', 'new'), /<!-- a:begin --> and, after it, <!-- a:end -->/);
  });
}

test('docs/performance.md has the sections that the benchmarks write', () => {
  const page = readFileSync('docs/performance.md', 'utf8');
  for (const name of ['bench', 'stages', 'memory']) assert.ok(replaceSection(page, name, 'new').includes('new'));
});
