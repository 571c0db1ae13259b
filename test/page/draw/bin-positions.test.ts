import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EDGES } from '../../../src/page/api/answer.ts';
import { binPositions } from '../../../src/page/draw/bin-positions.ts';

const bins = [0.1, 0.2, 0.7];
const DISTRIBUTION = {
  ...{ left: bins, top: bins, right: bins, bottom: bins },
  origin: { x: 100, y: 50 },
  bin_size: { x: 8, y: 4 },
};

const POSITIONS = { left: [84, 92, 100], top: [42, 46, 50], right: [100, 108, 116], bottom: [50, 54, 58] };

for (const edge of EDGES) {
  test(`the bins of the ${edge} edge lie outwards from the origin and come in the picture's order`, () => {
    const placed = binPositions(DISTRIBUTION, edge);
    assert.deepEqual(
      placed.map(({ at }) => at),
      POSITIONS[edge],
    );
    const far = edge === 'left' || edge === 'top' ? placed[0] : placed.at(-1);
    assert.equal(far?.probability, 0.7);
    const mean = placed.reduce((sum, { at, probability }) => sum + at * probability, 0);
    const outwards = edge === 'left' || edge === 'top' ? -1 : 1;
    const [origin, size] = edge === 'left' || edge === 'right' ? [100, 8] : [50, 4];
    assert.ok(Math.abs(mean - (origin + outwards * 1.6 * size)) < 1e-9);
  });
}
