type Corners = readonly [x1: number, y1: number, x2: number, y2: number];

/** IoU of two boxes, the second moved by `shift` to the right. */
export function overlap([ax1, ay1, ax2, ay2]: Corners, [bx1, by1, bx2, by2]: Corners, shift: number): number {
  const width = Math.min(ax2, bx2 + shift) - Math.max(ax1, bx1 + shift);
  const height = Math.min(ay2, by2) - Math.max(ay1, by1);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - common);
}
