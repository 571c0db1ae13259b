/** How large things are drawn, in pixels of the picture. */
export interface DrawingSizes {
  /** Width of a box's line. */
  line: number;
  /** Dark border on both sides of it, which keeps it apart from a background of its own colour. */
  halo: number;
  /** Font size. */
  text: number;
  /** Between the text of a tag and its border. */
  padding: number;
}

/** In proportion to the picture, so that it looks the same at every size; but never too small to be read. */
export function drawingSizes({ width, height }: { width: number; height: number }): DrawingSizes {
  const side = Math.sqrt(width * height);
  const text = Math.round(Math.min(Math.max(side / 42, 9), 200));
  const line = Math.max(1, side / 280);
  return { line, halo: Math.max(0.6, line * 0.45), text, padding: Math.max(1, Math.round(text / 6)) };
}
