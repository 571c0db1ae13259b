import { type Box, EDGES, type Edge, type Edges, type Size } from '../api/answer.ts';
import type { Rgb } from './class-colour.ts';

/** How far a band is drawn, in standard deviations: what lies beyond is too faint to see. */
const REACH = 2.2;
/** The logistic function of 1.702 z is within 0.01 of the cumulative normal distribution of z. */
const LOGISTIC = 1.702;

/** One box whose edges are bands; its box and sigmas in cells of the grid. */
export interface BandedBox {
  box: Box;
  sigma: Edges<number>;
  colour: Rgb;
  /** Opacity in the middle of each band, 0 to 1. */
  strength: Edges<number>;
}

/**
 * Paints where the edges of a box may lie over what is there: a normal distribution across each edge, which ends softly as the edges
 * next to it are unsure, too. `cells` is (height, width, 4), red, green and blue 0 to 255 and already multiplied by alpha 0 to 1.
 */
export function paintBands(cells: Float32Array, grid: Size, { box, sigma, colour, strength }: BandedBox): void {
  for (const edge of EDGES) {
    if (!(sigma[edge] > 0) || !(strength[edge] > 0)) continue;
    const { horizontal, at, ends } = geometry(box, sigma, edge);
    const reach = REACH * sigma[edge];
    const across = span(at - reach, at + reach, horizontal ? grid.height : grid.width);
    const along = span(
      ends[0].at - REACH * ends[0].sigma,
      ends[1].at + REACH * ends[1].sigma,
      horizontal ? grid.width : grid.height,
    );
    const likely = across.map(cell => strength[edge] * density((cell + 0.5 - at) / sigma[edge]));
    const within = along.map(cell => {
      const middle = cell + 0.5;
      return reached((middle - ends[0].at) / ends[0].sigma) * reached((ends[1].at - middle) / ends[1].sigma);
    });
    for (let a = 0; a < across.length; a++) {
      for (let b = 0; b < along.length; b++) {
        const alpha = likely[a]! * within[b]!;
        const cell = horizontal ? across[a]! * grid.width + along[b]! : along[b]! * grid.width + across[a]!;
        const left = 1 - alpha;
        cells[4 * cell] = colour.r * alpha + left * cells[4 * cell]!;
        cells[4 * cell + 1] = colour.g * alpha + left * cells[4 * cell + 1]!;
        cells[4 * cell + 2] = colour.b * alpha + left * cells[4 * cell + 2]!;
        cells[4 * cell + 3] = alpha + left * cells[4 * cell + 3]!;
      }
    }
  }
}

/** Where an edge lies, and where the edges next to it end it. */
function geometry({ x1, y1, x2, y2 }: Box, sigma: Edges<number>, edge: Edge) {
  const horizontal = edge === 'top' || edge === 'bottom';
  const at = { left: x1, top: y1, right: x2, bottom: y2 }[edge];
  const ends = horizontal
    ? ([
        { at: x1, sigma: sigma.left },
        { at: x2, sigma: sigma.right },
      ] as const)
    : ([
        { at: y1, sigma: sigma.top },
        { at: y2, sigma: sigma.bottom },
      ] as const);
  return { horizontal, at, ends };
}

/** The cells from one place to another, those of the grid only. */
function span(from: number, to: number, end: number): number[] {
  const first = Math.max(0, Math.floor(from));
  return Array.from({ length: Math.max(0, Math.min(end, Math.ceil(to)) - first) }, (_, i) => first + i);
}

/** The normal density, 1 in its middle and 0 at its reach, where its end would show otherwise. */
function density(z: number): number {
  const end = Math.exp(-(REACH * REACH) / 2);
  return Math.max(0, (Math.exp(-(z * z) / 2) - end) / (1 - end));
}

/** How likely a place `z` standard deviations behind an end is behind it: 0 far before it, 1 far behind. */
function reached(z: number): number {
  return Number.isNaN(z) ? 0.5 : 1 / (1 + Math.exp(-LOGISTIC * z));
}
