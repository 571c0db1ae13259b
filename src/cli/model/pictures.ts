import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../cli-error.ts';

const SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url));

/** Without a picture nothing is tried, and nothing must seem to hold. Throws a `CliError`. */
export function requirePictures(pictures: readonly string[]): void {
  if (pictures.length > 0) return;
  throw new CliError(
    `There is no picture to try the model on: ${SAMPLES} has none; name one with --image, best with what it detects.`,
  );
}

/** The pictures that come with the project. */
export async function samplePictures(): Promise<string[]> {
  const files = await readdir(SAMPLES).catch(() => []);
  return files
    .filter(file => /\.(jpe?g|png|webp)$/i.test(file))
    .sort()
    .map(file => path.join(SAMPLES, file));
}
