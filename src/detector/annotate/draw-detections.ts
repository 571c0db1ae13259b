import type { Detection } from '../types.ts';
import type { Canvas, Rect } from './canvas.ts';
import { classColour } from './class-colour.ts';
import { bandArea, drawBands } from './draw-bands.ts';
import { drawFrame } from './draw-frame.ts';
import { drawTag, layTags, type TagText } from './draw-tag.ts';
import type { DrawingSizes } from './drawing-sizes.ts';
import { HALO } from './halo.ts';
import type { Steps } from './in-turns.ts';
import { placeTags } from './place-tags.ts';

/** Pixels of bands that are drawn, in pictures: a thousand boxes as large as the picture would take half a minute. */
const MAX_BAND_PICTURES = 6;
/** And in all: about a second. Three pictures of 33 megapixels, which is what the handful of detections has that people look at. */
const MAX_BAND_PIXELS = 100_000_000;

/**
 * Draws detections on a picture, the best of them on top. Where there are too many large ones for the time an answer has, the
 * bands of those with the lowest scores are left out.
 *
 * @param detections highest score first, in pixels of the canvas
 * @param texts the texts of their tags, rendered at the size of `sizes`
 */
export function* drawDetections(
  canvas: Canvas,
  detections: readonly Detection[],
  texts: readonly TagText[],
  sizes: DrawingSizes,
  { bands }: { bands: boolean },
): Steps {
  const colours = detections.map(({ classId }) => classColour(classId));
  const boxes = detections.map(({ box }) => keepVisible(box, canvas, sizes.line));
  const tags = texts.map(text => layTags(text, sizes));
  const places = yield* placeTags(boxes, tags, canvas, sizes.line);

  if (bands) {
    const shade = new Uint8Array(canvas.width * canvas.height);
    const count = affordableBands(canvas, detections);
    for (let i = 0; i < count; i++) {
      const { box, uncertainty } = detections[i]!;
      if (uncertainty !== undefined) yield* drawBands(canvas, box, uncertainty, colours[i]!, shade);
    }
  }
  for (let i = detections.length - 1; i >= 0; i--) {
    yield;
    drawFrame(canvas, boxes[i]!, sizes.line + 2 * sizes.halo, HALO.colour, HALO.alpha, sizes.line);
    drawFrame(canvas, boxes[i]!, sizes.line, colours[i]!, 1);
  }
  for (let i = detections.length - 1; i >= 0; i--) {
    yield;
    const place = places[i]!;
    drawTag(canvas, tags[i]![place.wording]!, place, colours[i]!, sizes);
  }
}

/** An edge on the border of the picture would lose half of its line. */
function keepVisible(box: Rect, { width, height }: Canvas, line: number): Rect {
  const within = (value: number, size: number) =>
    Math.min(Math.max(value, line / 2), Math.max(line / 2, size - line / 2));
  return {
    x1: within(box.x1, width),
    y1: within(box.y1, height),
    x2: within(box.x2, width),
    y2: within(box.y2, height),
  };
}

/** How many, from the first. */
function affordableBands(canvas: Canvas, detections: readonly Detection[]): number {
  let left = Math.min(MAX_BAND_PICTURES * canvas.width * canvas.height, MAX_BAND_PIXELS);
  const end = detections.findIndex(({ box, uncertainty }) => {
    if (uncertainty !== undefined) left -= bandArea(canvas, box, uncertainty);
    return left < 0;
  });
  return end < 0 ? detections.length : end;
}
