import type { Size } from '../api/answer.ts';

export interface Place {
  x: number;
  y: number;
}

export interface TagPlace extends Place {
  /** Index of the wording that is shown. */
  wording: number;
}

interface Rectangle extends Size, Place {}

interface Spot {
  rectangle: Rectangle;
  /** It hides no tag that was placed before. */
  free: boolean;
  wording: number;
}

/**
 * Where the tag of each box goes: above its top left corner, else inside it, else below, wherever it hides no tag that was placed
 * before; where it would hide one everywhere, a shorter wording of it; inside the frame always. Boxes in the order of their importance;
 * all in pixels of the frame.
 *
 * @param tags the wordings of each tag, the favourite first
 */
export function placeTags(boxes: readonly Rectangle[], tags: readonly (readonly Size[])[], frame: Size): TagPlace[] {
  const placed: Rectangle[] = [];
  return boxes.map((box, i) => {
    let spot: Spot | undefined;
    for (const [wording, tag] of tags[i]!.entries()) {
      spot = { ...bestPlace(box, tag, placed, frame), wording };
      if (spot.free) break;
    }
    placed.push(spot!.rectangle);
    return { x: spot!.rectangle.x, y: spot!.rectangle.y, wording: spot!.wording };
  });
}

/** The best place of a tag that hides none of those placed, else its favourite. */
function bestPlace(box: Rectangle, tag: Size, placed: readonly Rectangle[], frame: Size): Omit<Spot, 'wording'> {
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
  const free = inside.find((place, at) => isWhere(place, wishes[at]!) && !placed.some(other => overlap(place, other)));
  const somewhere = free ?? inside.find(place => !placed.some(other => overlap(place, other)));
  return { rectangle: somewhere ?? inside[0]!, free: somewhere !== undefined };
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
