import type { Size } from '../api/answer.ts';

export interface Place {
  x: number;
  y: number;
}

interface Rectangle extends Size, Place {}

/**
 * Where the tag of each box goes: above its top left corner, else inside it, else below, wherever it hides no tag that was placed
 * before; inside the frame always. Boxes in the order of their importance; all in pixels of the frame.
 */
export function placeTags(boxes: readonly Rectangle[], tags: readonly Size[], frame: Size): Place[] {
  const placed: Rectangle[] = [];
  return boxes.map((box, i) => {
    const tag = tags[i]!;
    const right = box.x + box.width - tag.width;
    // Of a box that reaches out of the frame, what is in it.
    const [top, bottom] = [Math.max(0, box.y), Math.min(frame.height, box.y + box.height)];
    const wishes: Place[] = [
      { x: box.x, y: top - tag.height },
      { x: box.x, y: top },
      { x: right, y: top - tag.height },
      { x: right, y: top },
      { x: box.x, y: bottom },
      { x: box.x, y: bottom - tag.height },
      { x: right, y: bottom },
    ];
    const inside = wishes.map(wish => ({ ...tag, ...keepInside(wish, tag, frame) }));
    const free = inside.find(
      (place, at) => isWhere(place, wishes[at]!) && !placed.some(other => overlap(place, other)),
    );
    const spot = free ?? inside.find(place => !placed.some(other => overlap(place, other))) ?? inside[0]!;
    placed.push(spot);
    return { x: spot.x, y: spot.y };
  });
}

function keepInside({ x, y }: Place, tag: Size, frame: Size): Place {
  return {
    x: Math.max(0, Math.min(x, frame.width - tag.width)),
    y: Math.max(0, Math.min(y, frame.height - tag.height)),
  };
}

/** A tag may be pushed sideways into the frame, not up or down: it would lie inside another box's corner. */
function isWhere(place: Place, wish: Place): boolean {
  return place.y === wish.y;
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
