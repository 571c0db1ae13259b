import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BandedBox, paintBands } from '../../../src/page/draw/paint-bands.ts';

const GRID = { width: 200, height: 160 };
const NONE = { left: 0, top: 0, right: 0, bottom: 0 };
const FULL = { left: 1, top: 1, right: 1, bottom: 1 };
const BOX: BandedBox = {
  // On the middle of cells.
  box: { x1: 50.5, y1: 40.5, x2: 150.5, y2: 120.5 },
  sigma: { left: 8, top: 0, right: 4, bottom: 6 },
  colour: { r: 200, g: 100, b: 50 },
  strength: FULL,
};

function painted(change: Partial<BandedBox> = {}, times = 1) {
  const cells = new Float32Array(4 * GRID.width * GRID.height);
  for (let i = 0; i < times; i++) paintBands(cells, GRID, { ...BOX, ...change });
  const alphaAt = (x: number, y: number) => cells[4 * (y * GRID.width + x) + 3]!;
  return { cells, alphaAt };
}

/** Where the opacity across an edge falls to half of its middle, from there. */
function halfWidth(alphaAt: (distance: number) => number): number {
  const middle = alphaAt(0);
  for (let distance = 1; ; distance++) {
    const [before, here] = [alphaAt(distance - 1), alphaAt(distance)];
    if (here < middle / 2) return distance - 1 + (before - middle / 2) / (before - here);
  }
}

const WIDTHS: [edge: string, sigma: number, across: (d: number) => [number, number]][] = [
  ['left', 8, d => [50 - d, 80]],
  ['right', 4, d => [150 + d, 80]],
  ['bottom', 6, d => [100, 120 + d]],
];

for (const [edge, sigma, across] of WIDTHS) {
  test(`the ${edge} band is as wide as its sigma`, () => {
    const { alphaAt } = painted();
    const found = halfWidth(d => alphaAt(...across(d)));
    // Half of a normal density lies at 1.177 sigma; at 1.10, since it is brought to zero at 2.2.
    assert.ok(Math.abs(found / sigma - 1.1) < 0.1, `half at ${(found / sigma).toFixed(2)} sigma`);
  });
}

test('an edge without uncertainty has no band', () => {
  const { alphaAt } = painted();
  assert.equal(alphaAt(100, 40), 0);
  assert.ok(painted({ sigma: NONE }).cells.every(value => value === 0));
});

test('a band ends where the next edge is sure, and fades where it is not', () => {
  const { alphaAt } = painted();
  assert.equal(alphaAt(50, 36), 0, 'above the top edge, which is sure');
  assert.ok(alphaAt(50, 44) > 0.9, 'below it');
  const { alphaAt: soft } = painted({ sigma: { ...NONE, left: 8, bottom: 6 }, strength: { ...FULL, bottom: 0 } });
  const [inside, at, near, far] = [90, 120, 124, 132].map(y => soft(50, y)) as [number, number, number, number];
  assert.ok(inside > 0.99 && Math.abs(at - 0.5) < 0.01, `${[inside, at]}`);
  // 4 and 12 pixels beyond: the normal distribution has 0.252 and 0.023 left.
  assert.ok(Math.abs(near - 0.252) < 0.012 && Math.abs(far - 0.023) < 0.012, `${[near, far]}`);
});

test('it keeps to the grid, and to its colour', () => {
  const { cells } = painted({
    box: { x1: -5, y1: -5, x2: 205, y2: 165 },
    sigma: { left: 9, top: 9, right: 9, bottom: 9 },
  });
  assert.equal(cells.length, 4 * GRID.width * GRID.height);
  for (let i = 0; i < cells.length; i += 4) {
    const alpha = cells[i + 3]!;
    assert.ok(alpha >= 0 && alpha <= 1);
    if (alpha < 1e-3) continue;
    const colour = [0, 1, 2].map(channel => Math.round(cells[i + channel]! / alpha));
    assert.deepEqual(colour, [200, 100, 50]);
  }
});

test('strength is the opacity in the middle, and one band over another adds to it', () => {
  const half = { ...FULL, left: 0.5 };
  const sigma = { ...NONE, left: 8 };
  assert.ok(Math.abs(painted({ sigma, strength: half }).alphaAt(50, 80) - 0.5) < 0.01);
  assert.ok(Math.abs(painted({ sigma, strength: half }, 2).alphaAt(50, 80) - 0.75) < 0.01);
});
