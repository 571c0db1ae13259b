import { type Detection, EDGES, type Edges } from '../api/answer.ts';
import { classColour } from './class-colour.ts';
import { paintBands } from './paint-bands.ts';

/** Bands are smooth: they are painted in cells of this many pixels of a page, four times faster than in each pixel. */
const CELL = 2;
const STRENGTH = 0.55;
/** Bands up to this wide, in pixels of a page, are painted at full strength. */
const NARROW_SIGMA = 12;

interface BandScene {
  /** The best last: it is painted over the others. */
  detections: readonly { detection: Detection; opacity: number }[];
  /** Pixels of the canvas for each of the picture. */
  scale: { x: number; y: number };
  /** Pixels of the canvas for each of a page. */
  unit: number;
}

/** Draws every edge as a soft band, as wide as its uncertainty. Detections without uncertainty have none. */
export function drawBands(context: CanvasRenderingContext2D, { detections, scale, unit }: BandScene): void {
  const cell = CELL * unit;
  const grid = { width: Math.ceil(context.canvas.width / cell), height: Math.ceil(context.canvas.height / cell) };
  const cells = new Float32Array(4 * grid.width * grid.height);
  const [x, y] = [scale.x / cell, scale.y / cell];
  for (const { detection, opacity } of detections) {
    const { box, uncertainty, class_id: classId } = detection;
    if (uncertainty === undefined) continue;
    const sigma = {
      left: uncertainty.left * x,
      top: uncertainty.top * y,
      right: uncertainty.right * x,
      bottom: uncertainty.bottom * y,
    };
    paintBands(cells, grid, {
      box: { x1: box.x1 * x, y1: box.y1 * y, x2: box.x2 * x, y2: box.y2 * y },
      sigma,
      colour: classColour(classId),
      strength: strengths(sigma, opacity),
    });
  }
  const layer = document.createElement('canvas');
  layer.width = grid.width;
  layer.height = grid.height;
  layer.getContext('2d')!.putImageData(toImage(cells, grid.width), 0, 0);
  context.imageSmoothingQuality = 'high';
  context.drawImage(layer, 0, 0, grid.width * cell, grid.height * cell);
}

/** Fainter where it is wide, as a density is lower where it is spread out: a wide band would hide the picture otherwise. */
function strengths(sigma: Edges<number>, opacity: number): Edges<number> {
  const entries = EDGES.map(edge => {
    return [edge, opacity * STRENGTH * Math.min(1, Math.sqrt(NARROW_SIGMA / (sigma[edge] * CELL)))] as const;
  });
  return Object.fromEntries(entries) as Edges<number>;
}

/** `cells` as `paintBands` leaves them. */
function toImage(cells: Float32Array, width: number): ImageData {
  const image = new ImageData(width, cells.length / 4 / width);
  for (let i = 0; i < cells.length; i += 4) {
    const alpha = cells[i + 3]!;
    if (alpha === 0) continue;
    image.data[i] = cells[i]! / alpha;
    image.data[i + 1] = cells[i + 1]! / alpha;
    image.data[i + 2] = cells[i + 2]! / alpha;
    image.data[i + 3] = 255 * alpha;
  }
  return image;
}
