import type { Detection, Edge } from '../api/answer.ts';
import { binPositions, type PlacedBin } from '../draw/bin-positions.ts';
import { element, svgElement } from './element.ts';

const WIDTH = 136;
const HEIGHT = 52;
const SIDES: Record<Edge, { name: string; corner: 'x1' | 'y1' | 'x2' | 'y2' }> = {
  left: { name: 'Left', corner: 'x1' },
  top: { name: 'Top', corner: 'y1' },
  right: { name: 'Right', corner: 'x2' },
  bottom: { name: 'Bottom', corner: 'y2' },
};

/**
 * The distribution of one edge: a bar for each bin where it lies in the picture (from left to right, or from top to bottom), the
 * edge itself, and one standard deviation to either side. Undefined where the answer has no distribution.
 */
export function histogram(detection: Detection, edge: Edge): HTMLElement | undefined {
  const { distribution, uncertainty, box } = detection;
  if (distribution === undefined || uncertainty === undefined) return undefined;
  const { name, corner } = SIDES[edge];
  const [at, sigma] = [box[corner], uncertainty[edge]];
  const value = `${shortNumber(at)} ± ${shortNumber(sigma)}`;
  return element(
    'figure',
    { class: 'histogram', 'data-edge': edge },
    element('figcaption', {}, element('span', { class: 'side' }, name), element('span', { class: 'value' }, value)),
    plot(binPositions(distribution, edge), at, sigma, `${name} edge at ${value} pixels`),
  );
}

function plot(bins: readonly PlacedBin[], at: number, sigma: number, label: string): SVGSVGElement {
  const start = bins[0]!.at - bins[0]!.width / 2;
  const end = bins.at(-1)!.at + bins.at(-1)!.width / 2;
  const x = (pixels: number) => (WIDTH * (pixels - start)) / (end - start);
  const most = Math.max(...bins.map(({ probability }) => probability));
  const bars = bins.map(({ at: centre, width, probability }) => {
    const height = Math.max(probability > 0.004 ? 1.5 : 0.75, (HEIGHT - 4) * (probability / most));
    const gap = Math.min(1.5, 0.1 * (x(start + width) - x(start)));
    return svgElement('rect', {
      class: 'bin',
      x: (x(centre - width / 2) + gap).toFixed(2),
      y: (HEIGHT - height).toFixed(2),
      width: Math.max(0.5, x(start + width) - 2 * gap).toFixed(2),
      height: height.toFixed(2),
      rx: 1,
    });
  });
  const span = svgElement('rect', {
    class: 'span',
    x: x(at - sigma).toFixed(2),
    y: 0,
    width: Math.max(0, x(at + sigma) - x(at - sigma)).toFixed(2),
    height: HEIGHT,
  });
  const mean = svgElement('line', { class: 'mean', x1: x(at), x2: x(at), y1: 0, y2: HEIGHT });
  return svgElement(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, preserveAspectRatio: 'none' },
    ...[span, ...bars, mean],
  );
}

/** Three digits are as many as a glance takes in. */
function shortNumber(value: number): string {
  return Math.abs(value) < 100 ? value.toFixed(1) : String(Math.round(value));
}
