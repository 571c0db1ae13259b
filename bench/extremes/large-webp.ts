import sharp from 'sharp';

/** Width and height of 33 megapixels, the default of MAX_PIXELS. */
const SIDE = 5744;

/** As large as a picture may be, in a few hundred kilobytes. */
export async function largeWebp(): Promise<Uint8Array<ArrayBuffer>> {
  const picture = sharp('samples/motorcycle.jpg').resize(SIDE, SIDE, { fit: 'fill' });
  return new Uint8Array(await picture.webp({ effort: 0 }).toBuffer());
}
