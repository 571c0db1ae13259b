import sharp from 'sharp';
import type { Detector } from '../../src/detector/index.ts';
import { repeatFor } from './repeat-for.ts';

/**
 * Milliseconds of CPU that sharp alone needs to decode a picture and shrink it to the size it has in the network, as RGB: what
 * one line of code would do, without the family's sampling, normalisation or planes.
 */
export async function sharpAlone(detector: Detector, files: readonly Buffer[], seconds: number): Promise<number> {
  const sizes = await Promise.all(
    files.map(async file => {
      const { content } = (await detector.prepare(file)).placement;
      return { width: Math.round(content.x2 - content.x1), height: Math.round(content.y2 - content.y1) };
    }),
  );
  const { cpuMs } = await repeatFor(seconds, async index => {
    const at = index % files.length;
    await sharp(files[at]!)
      .autoOrient()
      .resize({ ...sizes[at]!, fit: 'fill' })
      .toColourspace('srgb')
      .raw()
      .toBuffer();
  });
  return cpuMs;
}
