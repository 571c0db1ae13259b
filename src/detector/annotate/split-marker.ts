import type { Mask } from './draw-mask.ts';

/** Ink of a text, and where the line that it stands on lies. */
export interface TextMask extends Mask {
  /** Row of the mask where the marker begins; the mask can reach above and below it. */
  lineTop: number;
  lineHeight: number;
}

const INK = 100;

/**
 * Takes the marker, a bar as tall as the line, off the left of a rendered text. Text is rendered no larger than its ink, so
 * "car" and "cup" come out in different heights; the bar before them says where their line is.
 */
export function splitMarker({ data, width, height }: Mask): TextMask {
  const hasInk = (x: number) => {
    for (let y = 0; y < height; y++) if (data[y * width + x]! > 0) return true;
    return false;
  };
  let bar = 0;
  while (bar < width && !hasInk(bar)) bar++;
  let gap = bar;
  while (gap < width && hasInk(gap)) gap++;
  let text = gap;
  while (text < width && !hasInk(text)) text++;

  let lineTop = height;
  let lineEnd = 0;
  for (let y = 0; y < height; y++) {
    for (let x = bar; x < gap; x++) {
      if (data[y * width + x]! < INK) continue;
      lineTop = Math.min(lineTop, y);
      lineEnd = y + 1;
    }
  }
  const rest = width - text;
  const ink = new Uint8Array(rest * height);
  for (let y = 0; y < height; y++) ink.set(data.subarray(y * width + text, (y + 1) * width), y * rest);
  return {
    data: ink,
    width: rest,
    height,
    lineTop: Math.min(lineTop, height),
    lineHeight: Math.max(0, lineEnd - lineTop),
  };
}
