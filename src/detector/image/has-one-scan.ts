import { EOI, nextMarker, SOS } from './markers.ts';

/** SOF2 and its kin of other coders (T.81, table B.1): what they code comes bit by bit. */
const PROGRESSIVE = 2;

/**
 * Whether a JPEG is one scan of all its components, block by block: others are held by their decoder as a whole, two bytes a coefficient, also where
 * their other scans never come.
 */
export function hasOneScan(jpeg: Uint8Array): boolean {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let components: number | undefined;
  for (let marker = nextMarker(bytes, 2); marker !== undefined && marker.at + 4 <= bytes.length; ) {
    const { at, code } = marker;
    if (isFrame(code)) {
      if ((code & 3) === PROGRESSIVE) return false;
      components = bytes[at + 9];
    }
    const next = nextMarker(bytes, at + 2 + bytes.readUInt16BE(at + 2));
    if (code === SOS) return bytes[at + 4] === components && next?.code === EOI;
    marker = next;
  }
  return false;
}

/** SOF0 to SOF15, without DHT, JPG and DAC, which stand among them. */
function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}
