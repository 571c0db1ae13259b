import type { Edges } from '../types.ts';
import { blendPixel } from './blend-pixel.ts';
import type { Canvas, Rect } from './canvas.ts';
import type { Rgb } from './class-colour.ts';

/** How far a band reaches from its edge, in standard deviations: what lies beyond is too faint to see. */
const REACH = 2.2;
/** The density there, which is taken off everywhere, or the end of the band would show. */
const FLOOR = Math.exp(-(REACH * REACH) / 2);
/** Opacity in the middle of a band. */
const STRENGTH = 0.48;
/** Of all bands together: a crowd would be one block of colour. */
const MAX_SHADE = 0.6;

/** How much of each pixel bands hide so far: (height, width), 0..255 for 0..1. */
export type Shade = Uint8Array;

/**
 * Shades where each edge of a box may lie: across an edge as a normal distribution with its standard deviation, along it as
 * far as the edges that end it are likely to let it. Where bands meet the stronger one counts, so corners are not darker.
 *
 * @param sigmas standard deviations in pixels
 * @param shade of the bands that were drawn before; this one is added, as far as there is room
 */
export function drawBands(canvas: Canvas, box: Rect, sigmas: Edges<number>, colour: Rgb, shade: Shade): void {
  const { data, width, height } = canvas;
  const across = profile(box.x1, box.x2, sigmas.left, sigmas.right, width);
  const down = profile(box.y1, box.y2, sigmas.top, sigmas.bottom, height);
  for (let y = down.from; y < down.to; y++) {
    const onRow = down.edge[y - down.from]!;
    const inColumn = down.inside[y - down.from]!;
    const draw = (from: number, to: number) => {
      for (let x = from; x < to; x++) {
        const i = x - across.from;
        const cover = STRENGTH * Math.max(onRow * across.inside[i]!, across.edge[i]! * inColumn);
        const pixel = y * width + x;
        const clear = 1 - shade[pixel]! / 255;
        const given = Math.min(cover, 1 - (1 - MAX_SHADE) / clear);
        if (given < 1 / 255) continue;
        blendPixel(data, pixel * 3, colour, given);
        shade[pixel] = Math.round(255 * (1 - clear * (1 - given)));
      }
    };
    if (onRow > 0) {
      draw(across.from, across.to);
    } else {
      // Most rows of a large box: nothing in its middle.
      draw(across.from, across.innerFrom);
      draw(across.innerTo, across.to);
    }
  }
}

/** Pixels that `drawBands` touches at most: what it costs. */
export function bandArea({ width, height }: Canvas, box: Rect, { left, top, right, bottom }: Edges<number>): number {
  const reach = (sigma: number, size: number) => Math.min(2 * REACH * sigma + 2, size);
  const spanX = Math.min(box.x2 - box.x1 + REACH * (left + right) + 2, width);
  const spanY = Math.min(box.y2 - box.y1 + REACH * (top + bottom) + 2, height);
  return (
    spanX * Math.min(reach(top, height) + reach(bottom, height), height) +
    spanY * Math.min(reach(left, width) + reach(right, width), width)
  );
}

/** One axis of a box, for the pixels `from` to `to` of it. */
interface Profile {
  from: number;
  to: number;
  /** Pixels from here to `innerTo` are in no band. */
  innerFrom: number;
  innerTo: number;
  /** (to - from): how likely one of the two edges is at the pixel, 1 where it is likeliest. */
  edge: Float32Array;
  /** (to - from): how likely the pixel is between the two edges. */
  inside: Float32Array;
}

function profile(low: number, high: number, lowSigma: number, highSigma: number, size: number): Profile {
  const reachLow = REACH * lowSigma;
  const reachHigh = REACH * highSigma;
  const from = Math.max(0, Math.floor(low - reachLow));
  const to = Math.max(from, Math.min(size, Math.ceil(high + reachHigh)));
  const innerFrom = Math.min(to, Math.max(from, Math.ceil(low + reachLow)));
  const innerTo = Math.max(innerFrom, Math.min(to, Math.floor(high - reachHigh)));
  const edge = new Float32Array(to - from);
  const inside = new Float32Array(to - from);
  for (let i = 0; i < edge.length; i++) {
    const centre = from + i + 0.5;
    edge[i] = Math.max(density(centre - low, lowSigma), density(centre - high, highSigma));
    inside[i] = Math.min(cumulative(centre - low, lowSigma), cumulative(high - centre, highSigma));
  }
  return { from, to, innerFrom, innerTo, edge, inside };
}

function density(distance: number, sigma: number): number {
  if (!(sigma > 0)) return 0;
  const z = distance / sigma;
  return Math.max(0, (Math.exp((-z * z) / 2) - FLOOR) / (1 - FLOOR));
}

/** The logistic function with this factor is within 0.01 of the normal one. */
function cumulative(distance: number, sigma: number): number {
  if (!(sigma > 0)) return distance > 0 ? 1 : 0;
  return 1 / (1 + Math.exp((-1.702 * distance) / sigma));
}
