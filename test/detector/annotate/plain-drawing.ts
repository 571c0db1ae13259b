import { blendPixel } from '../../../src/detector/annotate/blend-pixel.ts';
import type { Canvas, Rect } from '../../../src/detector/annotate/canvas.ts';
import type { Rgb } from '../../../src/detector/annotate/class-colour.ts';
import type { TagPlace, TagSize } from '../../../src/detector/annotate/place-tags.ts';
import type { Edges } from '../../../src/detector/index.ts';

/** What is drawn, pixel by pixel and one thing over the other: src/detector/annotate takes shorter ways to the same bytes. */

export function plainFillRect({ data, width, height }: Canvas, rect: Rect, colour: Rgb, alpha: number): void {
  const x1 = Math.max(0, rect.x1);
  const y1 = Math.max(0, rect.y1);
  const x2 = Math.min(width, rect.x2);
  const y2 = Math.min(height, rect.y2);
  if (!(x2 > x1 && y2 > y1)) return;
  for (let y = Math.floor(y1); y < y2; y++) {
    const down = alpha * (Math.min(y + 1, y2) - Math.max(y, y1));
    for (let x = Math.floor(x1); x < x2; x++) {
      const cover = down * (Math.min(x + 1, x2) - Math.max(x, x1));
      blendPixel(data, (y * width + x) * 3, colour, cover);
    }
  }
}

export function plainDrawFrame(canvas: Canvas, { x1, y1, x2, y2 }: Rect, width: number, colour: Rgb, alpha: number) {
  const half = width / 2;
  const outer = { x1: x1 - half, y1: y1 - half, x2: x2 + half, y2: y2 + half };
  const inner = { x1: x1 + half, y1: y1 + half, x2: x2 - half, y2: y2 - half };
  if (inner.x2 <= inner.x1 || inner.y2 <= inner.y1) return plainFillRect(canvas, outer, colour, alpha);
  plainFillRect(canvas, { ...outer, y2: inner.y1 }, colour, alpha);
  plainFillRect(canvas, { ...outer, y1: inner.y2 }, colour, alpha);
  plainFillRect(canvas, { ...inner, x1: outer.x1, x2: inner.x1 }, colour, alpha);
  plainFillRect(canvas, { ...inner, x1: inner.x2, x2: outer.x2 }, colour, alpha);
}

const REACH = 2.2;
const FLOOR = Math.exp(-(REACH * REACH) / 2);

/** All pixels as far as a band reaches on either axis. */
export function plainDrawBands(canvas: Canvas, box: Rect, sigmas: Edges<number>, colour: Rgb, shade: Uint8Array): void {
  const { data, width, height } = canvas;
  for (let y = 0; y < height; y++) {
    if (isBeyond(y, box.y1, box.y2, sigmas.top, sigmas.bottom)) continue;
    const onRow = edge(y, box.y1, box.y2, sigmas.top, sigmas.bottom);
    const inColumn = inside(y, box.y1, box.y2, sigmas.top, sigmas.bottom);
    for (let x = 0; x < width; x++) {
      if (isBeyond(x, box.x1, box.x2, sigmas.left, sigmas.right)) continue;
      const onColumn = edge(x, box.x1, box.x2, sigmas.left, sigmas.right);
      const inRow = inside(x, box.x1, box.x2, sigmas.left, sigmas.right);
      const cover = 0.48 * Math.max(onRow * inRow, onColumn * inColumn);
      const pixel = y * width + x;
      const clear = 1 - shade[pixel]! / 255;
      const given = Math.min(cover, 1 - (1 - 0.6) / clear);
      if (given < 1 / 255) continue;
      blendPixel(data, pixel * 3, colour, given);
      shade[pixel] = Math.round(255 * (1 - clear * (1 - given)));
    }
  }
}

function isBeyond(pixel: number, low: number, high: number, lowSigma: number, highSigma: number): boolean {
  return pixel + 1 <= low - REACH * lowSigma || pixel >= high + REACH * highSigma;
}

function edge(pixel: number, low: number, high: number, lowSigma: number, highSigma: number): number {
  const centre = pixel + 0.5;
  return Math.fround(Math.max(density(centre - low, lowSigma), density(centre - high, highSigma)));
}

function inside(pixel: number, low: number, high: number, lowSigma: number, highSigma: number): number {
  const centre = pixel + 0.5;
  return Math.fround(Math.min(cumulative(centre - low, lowSigma), cumulative(high - centre, highSigma)));
}

function density(distance: number, sigma: number): number {
  if (!(sigma > 0)) return 0;
  const z = distance / sigma;
  return Math.max(0, (Math.exp((-z * z) / 2) - FLOOR) / (1 - FLOOR));
}

function cumulative(distance: number, sigma: number): number {
  if (!(sigma > 0)) return distance > 0 ? 1 : 0;
  return 1 / (1 + Math.exp((-1.702 * distance) / sigma));
}

/** Each corner is judged by all that it covers. */
export function plainPlaceTags(
  boxes: readonly Rect[],
  tags: readonly (readonly TagSize[])[],
  canvas: TagSize,
  line: number,
): TagPlace[] {
  const taken: (TagPlace & TagSize)[] = [];
  for (const [index, { x1, y1, x2, y2 }] of boxes.entries()) {
    let best: { tag: TagPlace & TagSize; covered: number } | undefined;
    for (const [wording, { width, height }] of tags[index]!.entries()) {
      const half = line / 2;
      const [left, right] = [x1 - half, x2 + half - width];
      const [above, below] = [y1 - half - height, y2 + half];
      const [insideTop, insideBottom] = [y1 - half, y2 + half - height];
      for (const [px, py] of [
        [left, above],
        [left, insideTop],
        [right, above],
        [left, below],
        [right, insideTop],
        [right, below],
        [left, insideBottom],
        [right, insideBottom],
      ] as const) {
        const x = Math.max(0, Math.min(Math.round(px), canvas.width - width));
        const y = Math.max(0, Math.min(Math.round(py), canvas.height - height));
        const tag = { x, y, width, height, wording };
        const covered = taken.reduce((sum, other) => sum + overlap(tag, other), Math.abs(y - Math.round(py)) * width);
        if (best === undefined || covered < best.covered - 0.5) best = { tag, covered };
      }
    }
    taken.push(best!.tag);
  }
  return taken.map(({ x, y, wording }) => ({ x, y, wording }));
}

function overlap(a: TagPlace & TagSize, b: TagPlace & TagSize): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
