import type { Size } from '../api/answer.ts';
import type { ShownDetection } from '../state/scene.ts';
import { classColour, css } from './class-colour.ts';
import { drawBands } from './draw-bands.ts';
import { drawTags } from './draw-tags.ts';

export interface BoxScene {
  /** Size that the answer's boxes are in. */
  picture: Size;
  /** Highest score first. */
  shown: readonly ShownDetection[];
  bands: boolean;
  /** Index of the box that stands out. */
  marked?: number | undefined;
  /** Pixels of the canvas that are as wide as one pixel of a page. */
  unit: number;
}

/** Of what is not marked, while something is. */
const FAINT_BAND = 0.22;
const FAINT_LINE = 0.32;

/** Draws the boxes over the whole canvas, which has the picture's shape and is not cleared here. */
export function drawBoxes(context: CanvasRenderingContext2D, scene: BoxScene): void {
  const { shown, marked, bands, unit, picture } = scene;
  const { width, height } = context.canvas;
  const scale = { x: width / picture.width, y: height / picture.height };
  // The best on top of the others, the marked one on top of all.
  const order = [...shown].reverse().sort((a, b) => Number(a.index === marked) - Number(b.index === marked));
  const isFaint = (index: number) => marked !== undefined && marked !== index;

  if (bands) {
    const detections = order.map(({ index, detection }) => ({ detection, opacity: isFaint(index) ? FAINT_BAND : 1 }));
    drawBands(context, { detections, scale, unit });
  }
  context.lineJoin = 'round';
  for (const { index, detection } of order) {
    const { box } = detection;
    // On whole pixels lines are sharp; half a pixel is less than any edge is known.
    const [x1, y1] = [Math.round(box.x1 * scale.x), Math.round(box.y1 * scale.y)];
    const [x2, y2] = [Math.round(box.x2 * scale.x), Math.round(box.y2 * scale.y)];
    context.globalAlpha = isFaint(index) ? FAINT_LINE : 1;
    for (const [style, line] of [
      ['rgb(0 0 0 / 0.5)', 4],
      [css(classColour(detection.class_id)), 2],
    ] as const) {
      context.strokeStyle = style;
      context.lineWidth = line * unit;
      context.strokeRect(x1, y1, x2 - x1, y2 - y1);
    }
  }
  context.globalAlpha = 1;
  drawTags(context, { shown, marked, unit, scale });
}
