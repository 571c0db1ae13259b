/**
 * Box from a prior centre and its distances to the left, top, right and bottom side, all in pixels, clipped to
 * 0..width and 0..height.
 */
export function distanceToBox(
  centre: { x: number; y: number },
  distances: { left: number; top: number; right: number; bottom: number },
  bounds: { width: number; height: number },
): { x1: number; y1: number; x2: number; y2: number } {
  return {
    x1: clip(centre.x - distances.left, bounds.width),
    y1: clip(centre.y - distances.top, bounds.height),
    x2: clip(centre.x + distances.right, bounds.width),
    y2: clip(centre.y + distances.bottom, bounds.height),
  };
}

function clip(value: number, highest: number): number {
  return Math.min(Math.max(value, 0), highest);
}
