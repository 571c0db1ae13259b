import { lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from './cli-error.ts';

/**
 * Where the file that an option names really is. It is replaced as a whole, so of a link it must be what it leads to. Throws
 * a `CliError` for a pipe, a device, and a link that leads nowhere; a folder is not refused here.
 *
 * @param hint the rest of the sentence about what is no file
 */
export async function outFile(option: string, file: string, hint: string): Promise<string> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) {
    if ((await lstat(file).catch(() => undefined))?.isSymbolicLink()) {
      throw new CliError(`--${option} is the link ${file}, which leads nowhere; remove it or name another file.`);
    }
    // Where the folder is not there either, writing says so.
    const folder = await realpath(path.dirname(file)).catch(() => path.resolve(path.dirname(file)));
    return path.join(folder, path.basename(file));
  }
  if (!info.isDirectory() && !info.isFile()) throw new CliError(`--${option} is ${file}, which is no file; ${hint}.`);
  return realpath(file);
}
