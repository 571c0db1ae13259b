import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderText } from '../../../src/detector/annotate/render-text.ts';

/** Half a megabyte and more, each. */
const large = (letter: string) => renderText(letter.repeat(20), 150);

test('what is rendered is kept, also after one text was rendered many times at once', async () => {
  const masks = await Promise.all(Array.from({ length: 20 }, () => large('W')));
  const bytes = masks.reduce((sum, { data }) => sum + data.length, 0);
  assert.ok(bytes > 8 * 1024 * 1024, `${bytes} bytes`);
  const first = await large('A');
  for (const letter of 'BCD') await large(letter);
  assert.equal(await large('A'), first);
});

test('of more than 8 MB the oldest are let go of', async () => {
  const first = await large('A');
  for (let i = 0; i < 20; i++) await renderText(`${i}`.padEnd(20, 'W'), 150);
  assert.notEqual(await large('A'), first);
});
