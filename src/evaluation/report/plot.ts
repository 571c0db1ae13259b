import { html, type Markup } from './markup.ts';

/** Where on the drawing a value lies. */
export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
  readonly label: (tick: number) => string;
}

export interface Axis {
  title: string;
  domain: readonly [number, number];
  ticks: readonly number[];
  /** Default: as written. */
  label?: (tick: number) => string;
  log?: boolean;
}

export interface Frame {
  width: number;
  height: number;
  x: Scale;
  y: Scale;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const MARGIN = { left: 60, right: 18, top: 12, bottom: 40 };

/** An inline SVG with two axes and what `draw` puts between them. `alt` says in words what it shows. */
export function plot(
  { width, height, x, y, alt }: { width: number; height: number; x: Axis; y: Axis; alt: string },
  draw: (frame: Frame) => readonly (Markup | readonly Markup[])[],
): Markup {
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const frame: Frame = { width, height, left, right, top, bottom, x: scale(x, left, right), y: scale(y, bottom, top) };
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${alt}" class="plot">
${frame.x.ticks.map(tick => html`<line class="grid" x1="${frame.x(tick)}" x2="${frame.x(tick)}" y1="${top}" y2="${bottom}"/><text class="tick" x="${frame.x(tick)}" y="${bottom + 15}" text-anchor="middle">${frame.x.label(tick)}</text>`)}
${frame.y.ticks.map(tick => html`<line class="grid" x1="${left}" x2="${right}" y1="${frame.y(tick)}" y2="${frame.y(tick)}"/><text class="tick" x="${left - 6}" y="${frame.y(tick) + 4}" text-anchor="end">${frame.y.label(tick)}</text>`)}
<text class="axis" x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">${x.title}</text>
<text class="axis" transform="translate(11 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${y.title}</text>
${draw(frame)}
</svg>`;
}

function scale({ domain: [from, to], ticks, label = String, log = false }: Axis, start: number, end: number): Scale {
  const unit = log ? Math.log : (value: number) => value;
  const place = (value: number) => start + ((unit(value) - unit(from)) / (unit(to) - unit(from))) * (end - start);
  return Object.assign(place, { ticks, label });
}

/** A polyline through points in values. */
export function line({ x, y }: Frame, points: readonly (readonly [number, number])[], className: string): Markup {
  const path = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(' ');
  return html`<polyline class="line ${className}" points="${path}"/>`;
}

/** `count` evenly spread values, both ends included. */
export function spread(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}
