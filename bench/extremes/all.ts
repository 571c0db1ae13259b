import type { Extreme } from './extreme.ts';

/** In the order of docs/reliability.md. */
export const EXTREMES: readonly Extreme[] = [];
