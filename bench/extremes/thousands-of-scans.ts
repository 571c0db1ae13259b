import { manyScans } from '../../test/support/many-scans.ts';
import { scansBound } from './scans-bound.ts';

/** Of a picture of 16 megapixels. */
const SIDE = 4096;

export const thousandsOfScans = scansBound({
  name: 'thousands-of-scans',
  picture: 'JPEG of 16 megapixels',
  refused: 1 + 63 * 14 * 3, // as many as there can be: 63 coefficients in 14 scans each, of three components, and one for all of theirs before
  allowed: 100,
  jpeg: scans => manyScans(scans, 3, SIDE),
});
