/** Pixels that are drawn on, in place. */
export interface Canvas {
  /** (height, width, 3) 8-bit RGB */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A rectangle in pixels; `x1 <= x < x2`. Fractions are allowed. */
export interface Rect {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}
