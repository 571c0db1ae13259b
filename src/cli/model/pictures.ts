import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url));

/** The pictures that come with the project. */
export async function samplePictures(): Promise<string[]> {
  const files = await readdir(SAMPLES).catch(() => []);
  return files
    .filter(file => /\.(jpe?g|png|webp)$/i.test(file))
    .sort()
    .map(file => path.join(SAMPLES, file));
}
