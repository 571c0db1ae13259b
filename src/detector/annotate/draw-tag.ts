import type { Canvas } from './canvas.ts';
import type { Rgb } from './class-colour.ts';
import { drawMask } from './draw-mask.ts';
import type { DrawingSizes } from './drawing-sizes.ts';
import { fillRect } from './fill-rect.ts';
import { HALO } from './halo.ts';
import type { TextMask } from './split-marker.ts';

export interface TagText {
  label: TextMask;
  score: TextMask;
}

/** A tag with its texts in place. Whole pixels: letters are rendered for them. */
export interface Tag {
  width: number;
  height: number;
  /** Where each text goes, from the tag's top left corner. */
  texts: { mask: TextMask; x: number; y: number }[];
}

const INK: Rgb = { r: 16, g: 16, b: 20 };

/** Label and score, and what is shown where there is no room for both: the score, on the colour of its class. */
export function layTags({ label, score }: TagText, sizes: DrawingSizes): [full: Tag, short: Tag] {
  return [layTag([label, score], sizes), layTag([score], sizes)];
}

/** All texts stand on one line; a script that reaches higher or lower than the line makes the tag taller. */
function layTag(masks: readonly TextMask[], { text, padding }: DrawingSizes): Tag {
  const above = Math.max(...masks.map(({ lineTop }) => lineTop));
  const below = Math.max(...masks.map(({ height, lineTop }) => height - lineTop));
  const gap = Math.max(2, Math.round(text * 0.4));
  const side = 2 * padding;
  const texts: Tag['texts'] = [];
  let width = side;
  for (const mask of masks) {
    if (width > side) width += gap;
    texts.push({ mask, x: width, y: above - mask.lineTop });
    width += mask.width;
  }
  return { width: width + side, height: above + below, texts };
}

export function drawTag(
  canvas: Canvas,
  tag: Tag,
  at: { x: number; y: number },
  colour: Rgb,
  sizes: DrawingSizes,
): void {
  const { halo } = sizes;
  const rect = { x1: at.x, y1: at.y, x2: at.x + tag.width, y2: at.y + tag.height };
  const around = { x1: rect.x1 - halo, y1: rect.y1 - halo, x2: rect.x2 + halo, y2: rect.y2 + halo };
  fillRect(canvas, around, HALO.colour, HALO.alpha, rect);
  fillRect(canvas, rect, colour, 1);
  for (const { mask, x, y } of tag.texts) drawMask(canvas, mask, at.x + x, at.y + y, INK);
}
