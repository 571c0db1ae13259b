import type { Rect } from './canvas.ts';
import type { Steps } from './in-turns.ts';

export interface TagSize {
  width: number;
  height: number;
}

export interface TagPlace {
  /** Top left corner, whole pixels. */
  x: number;
  y: number;
  /** Index of the wording that is shown. */
  wording: number;
}

/**
 * Where the tag of each box goes: above its top left corner where there is room, else at another corner that covers no tag already
 * placed; else a shorter wording of it does; else what covers least of them and of the picture's outside. The first box has the first choice.
 *
 * @param tags the wordings of each tag, the favourite first
 * @param line width of the boxes' lines
 * @returns places of tags that lie on the canvas as far as they fit there
 */
export function* placeTags(
  boxes: readonly Rect[],
  tags: readonly (readonly TagSize[])[],
  canvas: TagSize,
  line: number,
): Steps<TagPlace[]> {
  const taken: Rect[] = [];
  const places: TagPlace[] = [];
  for (const [index, box] of boxes.entries()) {
    yield;
    let best: (Rect & { wording: number }) | undefined;
    let leastCovered = Number.POSITIVE_INFINITY;
    const options = tags[index]!.flatMap((tag, wording) =>
      candidates(box, tag, line).map(place => ({ tag, wording, place })),
    );
    for (const { tag, wording, place } of options) {
      const rect = moveOnto(canvas, place, tag);
      // A hair of preference for the earlier ones.
      const bound = leastCovered - 0.5;
      const covered = coveredArea(rect, taken, moved(rect, place) * tag.width, bound);
      if (covered < bound) {
        best = { ...rect, wording };
        leastCovered = covered;
      }
      if (covered === 0) break;
    }
    taken.push(best!);
    places.push({ x: best!.x1, y: best!.y1, wording: best!.wording });
  }
  return places;
}

/** `sum` and what `rect` covers of others; where that reaches `bound`, how far it goes beyond is of no interest. */
function coveredArea(rect: Rect, others: readonly Rect[], sum: number, bound: number): number {
  for (const other of others) {
    if (sum >= bound) break;
    sum += overlap(rect, other);
  }
  return sum;
}

/** Top left corners, the favourite first. */
function candidates({ x1, y1, x2, y2 }: Rect, { width, height }: TagSize, line: number): { x: number; y: number }[] {
  const half = line / 2;
  const left = x1 - half;
  const right = x2 + half - width;
  const above = y1 - half - height;
  const below = y2 + half;
  const insideTop = y1 - half;
  const insideBottom = y2 + half - height;
  return [
    { x: left, y: above },
    { x: left, y: insideTop },
    { x: right, y: above },
    { x: left, y: below },
    { x: right, y: insideTop },
    { x: right, y: below },
    { x: left, y: insideBottom },
    { x: right, y: insideBottom },
  ].map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
}

function moveOnto(canvas: TagSize, { x, y }: { x: number; y: number }, { width, height }: TagSize): Rect {
  const x1 = Math.max(0, Math.min(x, canvas.width - width));
  const y1 = Math.max(0, Math.min(y, canvas.height - height));
  return { x1, y1, x2: x1 + width, y2: y1 + height };
}

/** Pixels that a tag had to be moved down or up: it then hides what it should stand above. Sideways costs nothing. */
function moved(rect: Rect, place: { y: number }): number {
  return Math.abs(rect.y1 - place.y);
}

function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  return width > 0 && height > 0 ? width * height : 0;
}
