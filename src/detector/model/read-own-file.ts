import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { DetectorError } from '../errors.ts';

/**
 * Reads a file that a manifest names. Names cannot hold a path (manifest-schema.ts); a link may lead to another file of the
 * model's folder, which is how Kubernetes mounts them, and nowhere else. Throws `DetectorError` `invalid_manifest` for those,
 * and the error of the file system for a file that cannot be read.
 */
export async function readOwnFile(folder: string, name: string): Promise<Buffer> {
  const home = await realpath(folder);
  const real = await realpath(path.join(folder, name));
  if (!real.startsWith(`${home}${path.sep}`)) {
    throw new DetectorError(
      'invalid_manifest',
      `${path.join(folder, name)} is a link that leads outside the folder of its model, which is not read; copy the file there.`,
    );
  }
  return readFile(real);
}
