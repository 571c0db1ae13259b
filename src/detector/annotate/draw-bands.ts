import type { Edges } from '../types.ts';
import { blendPixel } from './blend-pixel.ts';
import type { Canvas, Rect } from './canvas.ts';
import type { Rgb } from './class-colour.ts';
import type { Steps } from './in-turns.ts';

/** How far a band reaches from its edge, in standard deviations: what lies beyond is too faint to see. */
const REACH = 2.2;
/** The density there, which is taken off everywhere, or the end of the band would show. */
const FLOOR = Math.exp(-(REACH * REACH) / 2);
/** Opacity in the middle of a band. */
const STRENGTH = 0.48;
/** Of all bands together: a crowd would be one block of colour. */
const MAX_SHADE = 0.6;

/** Opacity below which nothing is drawn: less than a level. */
const LEAST = 1 / 255;
/** For each shade, how much opacity a further band may have there. */
const ROOM = Float64Array.from({ length: 256 }, (_, shade) => 1 - (1 - MAX_SHADE) / (1 - shade / 255));
const ROWS_A_STEP = 16;

/** How much of each pixel bands hide so far: (height, width), 0..255 for 0..1. */
export type Shade = Uint8Array;

/**
 * Shades where each edge of a box may lie: across an edge as a normal distribution with its standard deviation, along it as
 * far as the edges that end it are likely to let it. Where bands meet the stronger one counts, so corners are not darker.
 *
 * @param sigmas standard deviations in pixels
 * @param shade of the bands that were drawn before; this one is added, as far as there is room
 */
export function* drawBands(canvas: Canvas, box: Rect, sigmas: Edges<number>, colour: Rgb, shade: Shade): Steps {
  const across = profile(box.x1, box.x2, sigmas.left, sigmas.right, canvas.width);
  const down = profile(box.y1, box.y2, sigmas.top, sigmas.bottom, canvas.height);
  for (let y = down.from; y < down.to; y++) {
    if ((y - down.from) % ROWS_A_STEP === 0) yield;
    const row = { start: y * canvas.width, edge: down.edge[y - down.from]!, inside: down.inside[y - down.from]! };
    if (row.edge > 0) {
      drawSpan(canvas.data, row, across, across.from, across.to, colour, shade);
    } else {
      // Most rows of a large box: nothing in its middle.
      drawSpan(canvas.data, row, across, across.from, across.innerFrom, colour, shade);
      drawSpan(canvas.data, row, across, across.innerTo, across.to, colour, shade);
    }
  }
}

/** The pixels `from` to `to` of one row, which begins at pixel `start` of the picture. */
function drawSpan(
  data: Uint8Array,
  { start, edge, inside }: { start: number; edge: number; inside: number },
  across: Profile,
  from: number,
  to: number,
  colour: Rgb,
  shade: Shade,
): void {
  for (let x = from; x < to; x++) {
    const before = shade[start + x]!;
    const room = ROOM[before]!;
    if (room < LEAST) continue;
    const i = x - across.from;
    const cover = STRENGTH * Math.max(edge * across.inside[i]!, across.edge[i]! * inside);
    const given = Math.min(cover, room);
    if (given < LEAST) continue;
    blendPixel(data, (start + x) * 3, colour, given);
    shade[start + x] = Math.round(255 * (1 - (1 - before / 255) * (1 - given)));
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
