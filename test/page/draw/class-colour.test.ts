import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classColour, css, type Rgb } from '../../../src/page/draw/class-colour.ts';

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance({ r, g, b }: Rgb): number {
  const linear = (channel: number) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

const CLASSES = Array.from({ length: 80 }, (_, id) => id);

test('the tag’s dark text reads on the colour of every class', () => {
  const text = luminance({ r: 11, g: 13, b: 16 });
  const contrasts = CLASSES.map(id => (luminance(classColour(id)) + 0.05) / (text + 0.05));
  console.log(`least contrast ${Math.min(...contrasts).toFixed(2)}`);
  assert.ok(Math.min(...contrasts) >= 4.5);
});

test('the colour of every class stands out from the dark page', () => {
  const page = luminance({ r: 14, g: 16, b: 19 });
  for (const id of CLASSES) assert.ok((luminance(classColour(id)) + 0.05) / (page + 0.05) >= 3, `class ${id}`);
});

test('eight classes in a row are told apart, wherever they begin', () => {
  const far = (a: Rgb, b: Rgb) => Math.hypot(a.r - b.r, a.g - b.g, a.b - b.b);
  let least = Number.POSITIVE_INFINITY;
  for (const id of CLASSES) {
    for (let step = 1; step < 8; step++) least = Math.min(least, far(classColour(id), classColour(id + step)));
  }
  console.log(`closest pair ${least.toFixed(0)} of 255 apart`);
  assert.ok(least > 40);
});

test('no two of 80 classes have the same colour, and a class has it always', () => {
  const all = CLASSES.map(id => css(classColour(id)));
  assert.equal(new Set(all).size, 80);
  assert.deepEqual(
    CLASSES.map(id => css(classColour(id))),
    all,
  );
});
