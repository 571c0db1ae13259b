import { EOI, nextMarker, SOS } from './coding-flaw.ts';

/** Whether a JPEG is one scan: others are held by their decoder as a whole, two bytes a coefficient. */
export function hasOneScan(jpeg: Uint8Array): boolean {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (let marker = nextMarker(bytes, 2); marker !== undefined && marker.at + 4 <= bytes.length; ) {
    const next = nextMarker(bytes, marker.at + 2 + bytes.readUInt16BE(marker.at + 2));
    if (marker.code === SOS) return next?.code === EOI;
    marker = next;
  }
  return false;
}
