import { nextMarker, SOS } from './markers.ts';

const SOF2 = 0xc2;
/** Coefficients of a block. */
const BLOCK = 64;

/**
 * Whether scans of a progressive JPEG are missing, as when it was saved from a connection that broke, with an end marker put behind: some coefficient of a
 * component never came to its last bit. Decoders smooth such pictures between blocks, and not all of them alike.
 * (ITU-T T.81, G.1.1.1.1.) False for JPEGs that are not progressive.
 */
export function lacksScans(jpeg: Uint8Array): boolean {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  /** By component: of each coefficient, whether all its bits came. */
  let whole: Map<number, boolean[]> | undefined;
  let marker = nextMarker(bytes, 2);
  while (marker !== undefined && marker.at + 4 <= bytes.length) {
    const { at, code } = marker;
    const end = Math.min(at + 2 + bytes.readUInt16BE(at + 2), bytes.length);
    const segment = bytes.subarray(at + 4, end);
    if (code === SOF2) whole = componentsOf(segment);
    if (code === SOS) {
      if (whole === undefined) return false; // not progressive: what is coded need not be walked through
      count(segment, whole);
    }
    marker = nextMarker(bytes, end);
  }
  return whole !== undefined && [...whole.values()].some(coefficients => coefficients.includes(false));
}

/** Precision, height, width, number; of each component its id, sampling and table. */
function componentsOf(frame: Buffer): Map<number, boolean[]> {
  const components = new Map<number, boolean[]>();
  for (let at = 6; at + 3 <= frame.length; at += 3) components.set(frame[at]!, new Array(BLOCK).fill(false));
  return components;
}

/** Number; of each component its id and tables; the first and last coefficient, and which bits come. */
function count(scan: Buffer, whole: Map<number, boolean[]>): void {
  const components = scan[0] ?? 0;
  const [first = BLOCK, last = 0, bits = 1] = scan.subarray(1 + 2 * components);
  if ((bits & 0x0f) !== 0) return; // lower bits follow
  for (let number = 0; number < components; number++) {
    whole.get(scan[1 + 2 * number]!)?.fill(true, first, last + 1);
  }
}
