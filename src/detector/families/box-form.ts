import type { OutputView } from './output-view.ts';

/**
 * What four channels of decoded boxes hold, judged by their values; a reason where the manifest has no word for it.
 *
 * @param size of the network input, pixels
 */
export function boxForm(
  view: OutputView,
  firstChannel: number,
  size: { width: number; height: number },
): 'xyxy' | 'cxcywh' | { reason: string } {
  let ordered = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let p = 0; p < view.points; p++) {
    const [a, b, c, d] = [0, 1, 2, 3].map(i => view.at(p, firstChannel + i)) as [number, number, number, number];
    if (c >= a && d >= b) ordered++;
    highest = Math.max(highest, a, b, c, d);
  }
  // Boxes of a pyramid cover the whole input, whatever the picture.
  if (highest < Math.min(size.width, size.height) / 2) {
    const unit = highest <= 2 ? 'fractions of the input' : 'strides, or distances from a grid';
    return { reason: `its boxes end at ${highest.toFixed(2)}: ${unit}, where pixels of the input are expected` };
  }
  // Corners are ordered; sizes are larger than positions near the left and the top only.
  return ordered >= 0.99 * view.points ? 'xyxy' : 'cxcywh';
}
