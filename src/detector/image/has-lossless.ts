/** Pixels, or how opaque they are, in the lossless format. */
const LOSSLESS = ['VP8L', 'ALPH'];
/** Of a frame: place, size, duration and flags, which its chunks follow. */
const FRAME_HEAD = 16;

/** Whether a WebP has lossless pixels, in whichever of its frames (https://developers.google.com/speed/webp/docs/riff_container). */
export function hasLossless(webp: Uint8Array): boolean {
  const bytes = Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = bytes.toString('latin1', at, at + 4);
    if (LOSSLESS.includes(type)) return true;
    const length = bytes.readUInt32LE(at + 4);
    at += type === 'ANMF' ? 8 + FRAME_HEAD : 8 + length + (length & 1);
  }
  return false;
}
