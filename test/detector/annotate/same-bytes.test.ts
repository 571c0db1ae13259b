import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Canvas, Rect } from '../../../src/detector/annotate/canvas.ts';
import { drawBands } from '../../../src/detector/annotate/draw-bands.ts';
import { drawFrame } from '../../../src/detector/annotate/draw-frame.ts';
import { fillRect } from '../../../src/detector/annotate/fill-rect.ts';
import { HALO } from '../../../src/detector/annotate/halo.ts';
import { placeTags } from '../../../src/detector/annotate/place-tags.ts';
import { seededRandom } from '../../support/random.ts';
import { allSteps } from './all-steps.ts';
import { plainDrawBands, plainDrawFrame, plainFillRect, plainPlaceTags } from './plain-drawing.ts';

/** The shorter ways of drawing against those that go pixel by pixel: not a byte is different. */

const ROUNDS = 400;
const WIDTH = 61;
const HEIGHT = 47;

const random = seededRandom(173);
const between = (low: number, high: number) => low + (high - low) * random();
/** Every other number is whole, and so are most borders of what is hidden. */
const coordinate = (size: number) => {
  const value = between(-10, size + 10);
  return random() < 0.5 ? Math.round(value) : value;
};
const rect = (): Rect => {
  const [x1, y1] = [coordinate(WIDTH), coordinate(HEIGHT)];
  return { x1, y1, x2: x1 + coordinate(WIDTH), y2: y1 + coordinate(HEIGHT) };
};
const level = () => Math.floor(between(0, 256));
const colour = () => ({ r: level(), g: level(), b: level() });
const picture = (): Canvas => ({
  data: Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, level),
  width: WIDTH,
  height: HEIGHT,
});

/** Two of the same picture: one for each way. */
function twice(): [Canvas, Canvas] {
  const canvas = picture();
  return [canvas, { ...canvas, data: Uint8Array.from(canvas.data) }];
}

test('a rectangle, opaque or not', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [ours, plain] = twice();
    const [where, ink, alpha] = [rect(), colour(), random() < 0.5 ? 1 : random()];
    fillRect(ours, where, ink, alpha);
    plainFillRect(plain, where, ink, alpha);
    assert.deepEqual(ours.data, plain.data, `round ${round}: ${JSON.stringify({ where, alpha })}`);
  }
});

test('a rectangle around another that hides it', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [ours, plain] = twice();
    const [around, over, ink] = [rect(), rect(), colour()];
    fillRect(ours, around, HALO.colour, HALO.alpha, over);
    fillRect(ours, over, ink, 1);
    plainFillRect(plain, around, HALO.colour, HALO.alpha);
    plainFillRect(plain, over, ink, 1);
    assert.deepEqual(ours.data, plain.data, `round ${round}: ${JSON.stringify({ around, over })}`);
  }
});

test('a frame over its halo', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [ours, plain] = twice();
    const [box, ink, line, halo] = [rect(), colour(), between(0.1, 14), between(0.6, 5)];
    drawFrame(ours, box, line + 2 * halo, HALO.colour, HALO.alpha, line);
    drawFrame(ours, box, line, ink, 1);
    plainDrawFrame(plain, box, line + 2 * halo, HALO.colour, HALO.alpha);
    plainDrawFrame(plain, box, line, ink, 1);
    assert.deepEqual(ours.data, plain.data, `round ${round}: ${JSON.stringify({ box, line, halo })}`);
  }
});

test('bands over bands', () => {
  const [ours, plain] = twice();
  const shades = [new Uint8Array(WIDTH * HEIGHT), new Uint8Array(WIDTH * HEIGHT)] as const;
  for (let round = 0; round < ROUNDS / 4; round++) {
    const sigma = () => (random() < 0.1 ? 0 : between(0, 12));
    const [{ x1, y1, x2, y2 }, ink] = [rect(), colour()];
    const box = { x1, y1, x2: Math.max(x1, x2), y2: Math.max(y1, y2) };
    const sigmas = { left: sigma(), top: sigma(), right: sigma(), bottom: sigma() };
    allSteps(drawBands(ours, box, sigmas, ink, shades[0]));
    plainDrawBands(plain, box, sigmas, ink, shades[1]);
    assert.deepEqual(shades[0], shades[1], `round ${round}: ${JSON.stringify({ box, sigmas })}`);
    assert.deepEqual(ours.data, plain.data, `round ${round}: ${JSON.stringify({ box, sigmas })}`);
  }
});

test('places of tags in a crowd', () => {
  const wide = { width: 400, height: 300 };
  for (const [count, canvas] of [
    [1, wide],
    [30, wide],
    [120, wide],
    [40, { width: 30, height: 20 }],
  ] as const) {
    const boxes = Array.from({ length: count }, () => {
      const [x1, y1] = [between(0, canvas.width), between(0, canvas.height)];
      return { x1, y1, x2: between(x1, canvas.width), y2: between(y1, canvas.height) };
    });
    const tags = boxes.map(() => {
      const [width, height] = [Math.round(between(20, 80)), Math.round(between(8, 20))];
      return [
        { width, height },
        { width: width >> 1, height },
      ];
    });
    assert.deepEqual(allSteps(placeTags(boxes, tags, canvas, 2.5)), plainPlaceTags(boxes, tags, canvas, 2.5));
  }
});
