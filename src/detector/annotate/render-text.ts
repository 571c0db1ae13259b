import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { labelText } from './label-text.ts';
import { splitMarker, type TextMask } from './split-marker.ts';

/**
 * Comes with the package, so that there are letters where the system has no fonts: Latin, Greek, Cyrillic, Arabic, Armenian,
 * Georgian. What it lacks is looked for in the fonts of the system.
 */
const FONT_FILE = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'));
const FONT = 'DejaVu Sans Bold';
/** Left to right whatever the label is, so that the bar of `splitMarker` is first. */
const MARKER = '\u200e| ';
/** Masks that are kept for the next pictures. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

const kept = new Map<string, TextMask>();
let keptBytes = 0;

/** The ink of a label at a font size in pixels. By Pango, which shapes and orders all scripts; not by way of SVG. */
export async function renderText(label: string, size: number): Promise<TextMask> {
  const text = labelText(label);
  const key = `${size} ${text}`;
  const known = kept.get(key);
  if (known !== undefined) {
    // The last one used is the last to go.
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const { data, info } = await sharp({
    text: { text: `${MARKER}${escapeMarkup(text)}`, font: `${FONT} ${size}`, fontfile: FONT_FILE, dpi: 72 },
  })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const mask = splitMarker({ data: oneChannel(data, info.channels), width: info.width, height: info.height });
  keep(key, mask);
  return mask;
}

function keep(key: string, mask: TextMask): void {
  // Two pictures rendered it at the same time: counted twice, its bytes would be counted for ever.
  if (kept.has(key)) return;
  kept.set(key, mask);
  keptBytes += mask.data.length;
  for (const [oldest, { data }] of kept) {
    if (keptBytes <= MAX_KEPT_BYTES) return;
    kept.delete(oldest);
    keptBytes -= data.length;
  }
}

/** The library reads Pango's markup; a label is none. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function oneChannel(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return data;
  return Uint8Array.from({ length: data.length / channels }, (_, i) => data[i * channels]!);
}
