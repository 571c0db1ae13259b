import { nextMarker, SOS } from './markers.ts';

/** Arithmetic coding, of which decoders know the sequential and the progressive kind (T.81, table B.1). */
const [SOF9, SOF10] = [0xc9, 0xca];
/** Pixels of a side of a block. */
const BLOCK_SIDE = 8;
/** What 33 megapixels have in colour, with a margin. A progressive JPEG of 12 megapixels as jpegtran writes it has as many in its ten scans. */
const MOST_BLOCKS = 1_600_000;

export function isArithmetic(marker: number): boolean {
  return marker === SOF9 || marker === SOF10;
}

/**
 * Whether the scans of an arithmetic-coded JPEG have more blocks, all together, than a decoder gets through in a few seconds. Where the bytes of a scan
 * end it goes on with zeros, from which it decodes as many coefficients as there can be, without a warning: 3.7 kB with 100 scans of 33 megapixels took
 * more than 20 s. (Of Huffman codes it leaves out what has no bytes.)
 */
export function hasHeavyArithmetic(jpeg: Buffer): boolean {
  let blocks = 0;
  let ofComponent = new Map<number, number>();
  for (let marker = nextMarker(jpeg, 2); marker !== undefined && marker.at + 4 <= jpeg.length; ) {
    const { at, code } = marker;
    const end = Math.min(at + 2 + jpeg.readUInt16BE(at + 2), jpeg.length);
    const segment = jpeg.subarray(at + 4, end);
    if (isArithmetic(code)) ofComponent = blocksOfComponents(segment);
    if (code === SOS) for (const id of componentsOf(segment)) blocks += ofComponent.get(id) ?? 0;
    if (blocks > MOST_BLOCKS) return true;
    marker = nextMarker(jpeg, end);
  }
  return false;
}

/**
 * Whether a TIFF has an arithmetic-coded JPEG in it, which nobody writes: libtiff gives each strip to the same decoder. Looked for as the head of a frame
 * of 8 bits, in which six bytes follow from each other, wherever it is: in 20 MB of anything else one is found once in two million files.
 */
export function hasArithmeticFrame(tiff: Buffer): boolean {
  return [SOF9, SOF10].some(code =>
    [1, 2, 3, 4].some(components => {
      const head = Buffer.of(0xff, code, 0, 8 + 3 * components, 8);
      for (let at = tiff.indexOf(head); at !== -1; at = tiff.indexOf(head, at + 1)) {
        if (tiff[at + 9] === components) return true;
      }
      return false;
    }),
  );
}

/** Of a frame (T.81, B.2.2): precision, height, width, number; of each component its id, sampling and table. Of two with one id that with more. */
function blocksOfComponents(frame: Buffer): Map<number, number> {
  if (frame.length < 6) return new Map();
  const components = [];
  for (let at = 6; at + 3 <= frame.length; at += 3) {
    components.push({ id: frame[at]!, across: frame[at + 1]! >> 4, down: frame[at + 1]! & 0x0f });
  }
  const units = (pixels: number, most: number) => Math.ceil(pixels / (BLOCK_SIDE * Math.max(1, most)));
  const columns = units(frame.readUInt16BE(3), Math.max(...components.map(({ across }) => across)));
  const rows = units(frame.readUInt16BE(1), Math.max(...components.map(({ down }) => down)));
  const blocks = new Map<number, number>();
  for (const { id, across, down } of components) {
    blocks.set(id, Math.max(blocks.get(id) ?? 0, columns * rows * across * down));
  }
  return blocks;
}

/** The ids in the head of a scan (T.81, B.2.3): their number; of each its id and tables. */
function componentsOf(scan: Buffer): number[] {
  const ids = Array.from({ length: scan[0] ?? 0 }, (_, index) => scan[1 + 2 * index]);
  return ids.filter(id => id !== undefined);
}
