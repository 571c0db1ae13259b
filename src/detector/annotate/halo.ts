import type { Rgb } from './class-colour.ts';

/** What lies around frames and tags, so that they are seen on any picture. */
export const HALO: { colour: Rgb; alpha: number } = { colour: { r: 0, g: 0, b: 0 }, alpha: 0.55 };
