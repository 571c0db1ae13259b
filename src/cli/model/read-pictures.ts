import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';

export async function readPictures(paths: readonly string[]): Promise<{ name: string; bytes: Uint8Array }[]> {
  return Promise.all(
    paths.map(async file => ({
      name: path.basename(file),
      bytes: await readFile(file).catch(cause => {
        throw new CliError(`The picture ${file} cannot be read: ${cause.message}.`, { cause });
      }),
    })),
  );
}
