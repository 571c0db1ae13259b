export interface Corners {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** Box from a prior centre and its distances to the left, top, right and bottom side, all in pixels. */
export function distanceToBox(
  centre: { x: number; y: number },
  distances: { left: number; top: number; right: number; bottom: number },
): Corners {
  return {
    x1: centre.x - distances.left,
    y1: centre.y - distances.top,
    x2: centre.x + distances.right,
    y2: centre.y + distances.bottom,
  };
}

/** `box` cut to `bounds`; a box outside becomes an empty one on the border. */
export function clipBox(box: Corners, bounds: Corners): Corners {
  return {
    x1: Math.min(Math.max(box.x1, bounds.x1), bounds.x2),
    y1: Math.min(Math.max(box.y1, bounds.y1), bounds.y2),
    x2: Math.min(Math.max(box.x2, bounds.x1), bounds.x2),
    y2: Math.min(Math.max(box.y2, bounds.y1), bounds.y2),
  };
}
