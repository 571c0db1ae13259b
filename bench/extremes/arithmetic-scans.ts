import { arithmeticScans } from '../../test/support/arithmetic-scans.ts';
import { scansBound } from './scans-bound.ts';

export const arithmeticCoding = scansBound({
  name: 'arithmetic-scans',
  picture: 'JPEG of 33 megapixels, arithmetic-coded',
  refused: 100,
  allowed: 2, // of three components, once each
  jpeg: scans => arithmeticScans(scans, { width: 6600, height: 5000 }),
});
