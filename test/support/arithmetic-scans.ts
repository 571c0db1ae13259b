/** A marker segment, its length included. */
function segment(code: number, ...data: number[]): number[] {
  return [0xff, code, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data];
}

/** Noise, found by trial, behind which a decoder takes the zeros that it goes on with for coefficients: 20 ms a megapixel of a component. */
const DEAREST = Buffer.from('d3d61178a7ac9e2a2929fc233b1de0697daa29669293e1cb', 'hex');

/**
 * A JPEG in colour, arithmetic-coded, of some kilobytes: its scans of two components, and a last one of the third, have a few bytes each. Decoders go on
 * with zeros, and warn of nothing.
 *
 * @param scans two or more, or one of all three components
 * @param data of each scan
 */
export function arithmeticScans(
  scans: number,
  {
    width = 8,
    height = 8,
    sampling = 0x11,
    data = DEAREST,
  }: { width?: number; height?: number; sampling?: number; data?: Buffer },
): Buffer {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const scan = (...ids: number[]) => [...segment(0xda, ids.length, ...ids.flatMap(id => [id, 0]), 0, 63, 0), ...data];
  return Buffer.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...new Array<number>(64).fill(1)),
    ...segment(0xc9, 8, ...size, 3, 1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0),
    ...(scans === 1 ? scan(1, 2, 3) : Array.from({ length: scans - 1 }, () => scan(1, 2)).flat()),
    ...(scans === 1 ? [] : scan(3)),
    ...[0xff, 0xd9],
  ]);
}
