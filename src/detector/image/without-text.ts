/** Types of chunks: text that is compressed, or may be. */
const ZTXT = 0x7a545874;
const ITXT = 0x69545874;
const IEND = 0x49454e44;
/** Of a chunk: length, type, CRC. */
const FRAME_BYTES = 12;

/**
 * A PNG without its `zTXt` and `iTXt` chunks, which say nothing about pixels. Decoders inflate each of them, to 60 MB at most but as
 * many as there are, and twice: 3 MB of a PNG kept one busy for half a minute. The same bytes where there are none.
 */
export function withoutText(png: Uint8Array): Uint8Array {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let kept: Buffer | undefined;
  let keptBytes = 0;
  let from = 0; // what was not copied yet begins here
  for (let at = 8; at + FRAME_BYTES <= bytes.length; ) {
    const type = bytes.readUInt32BE(at + 4);
    const end = at + FRAME_BYTES + bytes.readUInt32BE(at);
    if (type === IEND) break;
    if (type === ZTXT || type === ITXT) {
      kept ??= Buffer.allocUnsafe(bytes.length);
      keptBytes += bytes.copy(kept, keptBytes, from, at);
      from = Math.min(end, bytes.length);
    }
    at = end;
  }
  if (kept === undefined) return png;
  keptBytes += bytes.copy(kept, keptBytes, from);
  return kept.subarray(0, keptBytes);
}
