import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../../../src/page/api/answer.ts';
import { placeCard } from '../../../src/page/draw/place-card.ts';

const ROOM = { width: 1000, height: 600 };
const CARD = { width: 300, height: 200 };
const box = (x1: number, y1: number, x2: number, y2: number): Box => ({ x1, y1, x2, y2 });

const PLACES: [name: string, box: Box, x: number, y: number][] = [
  ['right of it', box(100, 200, 300, 400), 314, 200],
  ['left where the right has no room', box(600, 200, 900, 400), 286, 200],
  ['below a wide one', box(50, 50, 950, 200), 350, 214],
  ['above a wide one that lies low', box(50, 400, 950, 590), 350, 186],
  ['within a large one', box(50, 50, 950, 550), 636, 336],
  ['over an edge where nothing else is left', box(300, 160, 700, 380), 686, 170],
  ['no higher than the room', box(100, 0, 300, 30), 314, 14],
  ['no lower than the room', box(100, 570, 300, 600), 314, 386],
];

for (const [name, at, x, y] of PLACES) {
  test(`card: ${name}`, () => assert.deepEqual(placeCard(at, CARD, ROOM), { x, y }));
}

test('a card is never out of a room that is large enough', () => {
  for (let i = 0; i < 500; i++) {
    const [x1, y1] = [(i * 37) % 900, (i * 53) % 500];
    const { x, y } = placeCard(box(x1, y1, x1 + ((i * 71) % 600), y1 + ((i * 29) % 400)), CARD, ROOM);
    assert.ok(x >= 0 && y >= 0 && x + CARD.width <= ROOM.width && y + CARD.height <= ROOM.height, `${i}: ${x}, ${y}`);
  }
});
