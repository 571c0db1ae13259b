import { css, type Rgb } from './class-colour.ts';

/** How far the band is drawn, in standard deviations: what lies beyond is too faint to see. */
const REACH = 2.2;
const STOPS = 12;

/** One edge of a box, in pixels of the canvas. */
export interface EdgeBand {
  /** Whether the edge runs from left to right; its uncertainty is then up and down. */
  horizontal: boolean;
  /** Where the edge lies: its y when it is horizontal, else its x. */
  at: number;
  sigma: number;
  /** Where the edge begins and ends, and how sure the detector is of these. */
  from: number;
  fromSigma: number;
  to: number;
  toSigma: number;
}

let scratch: CanvasRenderingContext2D | undefined;

/**
 * Draws how likely the edge lies where: a normal distribution across it, which ends softly as the edges next to it are unsure,
 * too. `strength` is the opacity in its middle.
 */
export function drawBand(target: CanvasRenderingContext2D, band: EdgeBand, colour: Rgb, strength: number): void {
  const { horizontal, at, sigma, from, fromSigma, to, toSigma } = band;
  if (!(sigma > 0)) return;
  const { canvas } = target;
  const acrossEnd = horizontal ? canvas.height : canvas.width;
  const alongEnd = horizontal ? canvas.width : canvas.height;
  const [a1, a2] = clip(at - REACH * sigma, at + REACH * sigma, acrossEnd);
  const [b1, b2] = clip(from - REACH * fromSigma, to + REACH * toSigma, alongEnd);
  if (a2 <= a1 || b2 <= b1) return;
  const [x, y, width, height] = horizontal ? [b1, a1, b2 - b1, a2 - a1] : [a1, b1, a2 - a1, b2 - b1];

  const context = scratchOf(width, height);
  context.setTransform(1, 0, 0, 1, -x, -y);
  context.clearRect(x, y, width, height);
  context.globalCompositeOperation = 'source-over';
  context.fillStyle = across(context, horizontal, at, sigma, colour, strength);
  context.fillRect(x, y, width, height);
  context.globalCompositeOperation = 'destination-in';
  for (const [end, endSigma, rises] of [[from, fromSigma, true] as const, [to, toSigma, false] as const]) {
    context.fillStyle = softEnd(context, horizontal, end, Math.max(endSigma, 0.01), rises);
    context.fillRect(x, y, width, height);
  }
  target.drawImage(context.canvas, 0, 0, width, height, x, y, width, height);
}

function across(
  context: CanvasRenderingContext2D,
  horizontal: boolean,
  at: number,
  sigma: number,
  colour: Rgb,
  strength: number,
): CanvasGradient {
  const gradient = line(context, !horizontal, at - REACH * sigma, at + REACH * sigma);
  for (let i = 0; i <= STOPS; i++) {
    const z = REACH * ((2 * i) / STOPS - 1);
    // Zero at its very end, or the end would show.
    const likely = (Math.exp(-(z * z) / 2) - Math.exp(-(REACH * REACH) / 2)) / (1 - Math.exp(-(REACH * REACH) / 2));
    gradient.addColorStop(i / STOPS, css(colour, strength * likely));
  }
  return gradient;
}

/** How likely the edge is still there: the cumulative distribution of the edge that ends it. */
function softEnd(
  context: CanvasRenderingContext2D,
  horizontal: boolean,
  end: number,
  sigma: number,
  rises: boolean,
): CanvasGradient {
  const gradient = line(context, horizontal, end - REACH * sigma, end + REACH * sigma);
  for (let i = 0; i <= STOPS; i++) {
    const z = REACH * ((2 * i) / STOPS - 1) * (rises ? 1 : -1);
    // The logistic function with this factor is within 0.01 of the normal one.
    const alpha = i === 0 || i === STOPS ? Number(z > 0) : 1 / (1 + Math.exp(-1.702 * z));
    gradient.addColorStop(i / STOPS, `rgb(0 0 0 / ${alpha})`);
  }
  return gradient;
}

function line(context: CanvasRenderingContext2D, along: boolean, from: number, to: number): CanvasGradient {
  return along ? context.createLinearGradient(from, 0, to, 0) : context.createLinearGradient(0, from, 0, to);
}

function clip(from: number, to: number, end: number): [number, number] {
  return [Math.max(0, Math.floor(from)), Math.min(end, Math.ceil(to))];
}

function scratchOf(width: number, height: number): CanvasRenderingContext2D {
  scratch ??= document.createElement('canvas').getContext('2d')!;
  const { canvas } = scratch;
  if (canvas.width < width) canvas.width = width;
  if (canvas.height < height) canvas.height = height;
  return scratch;
}
