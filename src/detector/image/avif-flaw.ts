import { avifItems } from './avif-items.ts';
import { MAX_PIECES } from './max-pieces.ts';

/** AV1 has four spatial layers; a still picture is one frame. */
export const MAX_FRAMES = 4;

/** Kinds of OBU that begin a frame (AV1, 6.2.2). */
const [FRAME_HEADER, FRAME] = [3, 6];

/**
 * Whether an item of an AVIF has more frames than a picture: its decoder decodes all of them, and shows the last. The frame of 33 megapixels of one
 * colour is a hundred bytes, and takes a second. `too many pieces`: so many that they are not looked through.
 */
export function avifFlaw(avif: Buffer): 'too many frames' | 'too many pieces' | undefined {
  const items = avifItems(avif);
  if (items === undefined) return 'too many pieces';
  let pieces = 0;
  for (const item of items) {
    let frames = 0;
    for (const type of obuTypes(item)) {
      pieces += 1;
      if (pieces > MAX_PIECES) return 'too many pieces';
      if (type === FRAME || type === FRAME_HEADER) frames += 1;
      if (frames > MAX_FRAMES) return 'too many frames';
    }
  }
  return undefined;
}

/** Of AV1 in the low-overhead format (AV1, 5.3): a head, its extension, the length where it says that there is one. */
function* obuTypes(item: Buffer): Generator<number> {
  for (let at = 0; at < item.length; ) {
    const head = item[at]!;
    at += (head & 4) === 0 ? 1 : 2;
    let length = 0;
    if ((head & 2) === 0) length = item.length;
    else {
      for (let byte = 0; byte < 8; byte++) {
        const part = item[at] ?? 0;
        at += 1;
        length += (part & 0x7f) * 2 ** (7 * byte);
        if (part < 0x80) break;
      }
    }
    at += length;
    yield (head >> 3) & 15;
  }
}
