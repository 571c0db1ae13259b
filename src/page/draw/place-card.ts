import type { Box, Size } from '../api/answer.ts';
import type { Place } from './place-tags.ts';

const GAP = 14;

/**
 * Where a card about a box goes: right or left of it, below or above it, wherever it fits whole; else into its lower right corner,
 * where no edge is hidden; else to the side with more room, over an edge. All in pixels of the room.
 */
export function placeCard(box: Box, card: Size, room: Size): Place {
  const keep = ({ x, y }: Place): Place => ({
    x: Math.max(GAP, Math.min(x, room.width - card.width - GAP)),
    y: Math.max(GAP, Math.min(y, room.height - card.height - GAP)),
  });
  const besideY = (box.y1 + box.y2 - card.height) / 2;
  const aboveX = (box.x1 + box.x2 - card.width) / 2;
  const [right, left] = [box.x2 + GAP, box.x1 - GAP - card.width];
  const [below, above] = [box.y2 + GAP, box.y1 - GAP - card.height];
  if (right + card.width + GAP <= room.width) return keep({ x: right, y: besideY });
  if (left >= GAP) return keep({ x: left, y: besideY });
  if (below + card.height + GAP <= room.height) return keep({ x: aboveX, y: below });
  if (above >= GAP) return keep({ x: aboveX, y: above });
  const inside = { x: box.x2 - GAP - card.width, y: box.y2 - GAP - card.height };
  if (inside.x >= box.x1 + GAP && inside.y >= box.y1 + GAP) return keep(inside);
  return keep({ x: room.width - box.x2 >= box.x1 ? right : left, y: besideY });
}
