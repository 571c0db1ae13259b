import type { Box } from '../api/answer.ts';
import type { Place } from './place-tags.ts';

/** Pixels of the page in which a pointer is on an edge. */
const REACH = 7;
/** A finger or pointer finds boxes smaller than this, too. */
const SMALLEST = 24;

/**
 * The boxes under a pointer, the likeliest first: those of which it touches an edge, the nearest edge first; then those it is in, the
 * smallest first. Positions in `boxes`, all in pixels of the page.
 */
export function boxesAt({ x, y }: Place, boxes: readonly Box[]): number[] {
  const hits: { at: number; rank: number }[] = [];
  for (const [at, box] of boxes.map(grown).entries()) {
    const { x1, y1, x2, y2 } = box;
    // Negative outside.
    const depth = Math.min(x - x1, x2 - x, y - y1, y2 - y);
    if (depth < -REACH) continue;
    // The distance of an edge that is touched is less than any area.
    hits.push({ at, rank: depth <= REACH ? Math.abs(depth) : (x2 - x1) * (y2 - y1) });
  }
  return hits.sort((a, b) => a.rank - b.rank).map(({ at }) => at);
}

function grown({ x1, y1, x2, y2 }: Box): Box {
  const [dx, dy] = [Math.max(0, SMALLEST - (x2 - x1)) / 2, Math.max(0, SMALLEST - (y2 - y1)) / 2];
  return { x1: x1 - dx, y1: y1 - dy, x2: x2 + dx, y2: y2 + dy };
}
