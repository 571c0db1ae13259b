import { type Detection, EDGES, type Size } from '../api/answer.ts';
import type { ShownDetection } from '../state/scene.ts';
import { classColour, css } from './class-colour.ts';
import { drawBand, type EdgeBand } from './draw-band.ts';
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

const BAND_STRENGTH = 0.55;
/** Bands up to this wide, in pixels of a page, are drawn at full strength. */
const NARROW_SIGMA = 12;
const FAINT = 0.22;

/** Draws the boxes over the whole canvas, which has the picture's shape and is not cleared here. */
export function drawBoxes(context: CanvasRenderingContext2D, scene: BoxScene): void {
  const { shown, marked, bands, unit, picture } = scene;
  const { width, height } = context.canvas;
  const scale = { x: width / picture.width, y: height / picture.height };
  // The best on top of the others, the marked one on top of all.
  const order = [...shown].reverse().sort((a, b) => Number(a.index === marked) - Number(b.index === marked));

  for (const { index, detection } of order) {
    const colour = classColour(detection.class_id);
    const faint = marked !== undefined && marked !== index;
    if (bands) {
      for (const band of bandsOf(detection, scale)) {
        drawBand(context, band, colour, bandStrength(band.sigma / unit) * (faint ? FAINT : 1));
      }
    }
    const { box } = detection;
    // On whole pixels lines are sharp; half a pixel is less than any edge is known.
    const [x1, y1] = [Math.round(box.x1 * scale.x), Math.round(box.y1 * scale.y)];
    const [x2, y2] = [Math.round(box.x2 * scale.x), Math.round(box.y2 * scale.y)];
    context.globalAlpha = faint ? FAINT + 0.1 : 1;
    context.lineJoin = 'round';
    for (const [style, line] of [
      ['rgb(0 0 0 / 0.5)', 4],
      [css(colour), 2],
    ] as const) {
      context.strokeStyle = style;
      context.lineWidth = line * unit;
      context.strokeRect(x1, y1, x2 - x1, y2 - y1);
    }
    context.globalAlpha = 1;
  }
  drawTags(context, { shown, marked, unit, scale });
}

/** Fainter where it is wide, as a density is lower where it is spread out: a wide band would hide the picture otherwise. */
function bandStrength(sigma: number): number {
  return BAND_STRENGTH * Math.min(1, Math.sqrt(NARROW_SIGMA / sigma));
}

/** The four bands of a box, in pixels of the canvas; none where the model knows no uncertainty. */
function bandsOf({ box, uncertainty }: Detection, scale: { x: number; y: number }): EdgeBand[] {
  if (uncertainty === undefined) return [];
  const x = { from: box.x1 * scale.x, to: box.x2 * scale.x };
  const y = { from: box.y1 * scale.y, to: box.y2 * scale.y };
  const sigma = {
    left: uncertainty.left * scale.x,
    right: uncertainty.right * scale.x,
    top: uncertainty.top * scale.y,
    bottom: uncertainty.bottom * scale.y,
  };
  const at = { left: x.from, right: x.to, top: y.from, bottom: y.to };
  return EDGES.map(edge => {
    const horizontal = edge === 'top' || edge === 'bottom';
    const ends = horizontal
      ? { ...x, fromSigma: sigma.left, toSigma: sigma.right }
      : { ...y, fromSigma: sigma.top, toSigma: sigma.bottom };
    return { horizontal, at: at[edge], sigma: sigma[edge], ...ends };
  });
}
