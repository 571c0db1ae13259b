const HEIC_BRANDS = /^(?:hei[cxms]|hev[cxms]|mif1|msf1)/;
const VIDEO_BRANDS = /^(?:iso[m2-9]|mp4[12]|avc1|qt {2}|M4V |3g[p2]|dash|f4v )/;
/** XML may begin with a declaration, a doctype and comments. */
const TEXT_BYTES = 1024;

/**
 * What the first bytes of a file that is often taken for a picture show, as a sentence says it: `a HEIC picture`. It is only said, to
 * whoever sent it; undefined is anything else.
 */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, TEXT_BYTES)).toString('latin1');
  if (text.startsWith('ftyp', 4)) {
    const brand = text.slice(8, 12);
    return HEIC_BRANDS.test(brand) ? 'a HEIC picture' : VIDEO_BRANDS.test(brand) ? 'a video' : undefined;
  }
  // Matroska and WebM; AVI.
  if (text.startsWith('\x1aE\xdf\xa3') || (text.startsWith('RIFF') && text.startsWith('AVI ', 8))) return 'a video';
  // Behind the length stand four reserved bytes.
  if (text.startsWith('BM') && text.startsWith('\0\0\0\0', 6)) return 'a BMP picture';
  if (text.startsWith('%PDF-')) return 'a PDF';
  if (/^(?:\xef\xbb\xbf)?\s*<!doctype html|^\s*<html/i.test(text)) return 'an HTML page';
  return /^(?:\xef\xbb\xbf)?\s*</.test(text) && text.includes('<svg') ? 'an SVG picture' : undefined;
}
