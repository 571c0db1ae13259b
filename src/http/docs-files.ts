import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Kind, kindOf, type PageFile, pageFile } from './page-files.ts';

const compress = promisify(gzip);

/**
 * The files of the Swagger UI that `npm run build` leaves in dist/docs, each read and compressed when it is first asked for, then
 * kept. Its bundle has 1.7 MB: a client that asks for it twelve times and reads nothing costs 35 ms of CPU when it is
 * streamed from the disk, 15 from memory.
 *
 * @returns the file of that name, undefined where there is none. Names are those that were listed at start: no request ever
 * names a file of the disk.
 */
export function docsFiles(): (name: string) => Promise<PageFile> | undefined {
  const root = path.dirname(createRequire(import.meta.url).resolve('gfl-serve/package.json'));
  const folder = path.join(root, 'dist', 'docs');
  const names = new Set(readdirSync(folder));
  const kept = new Map<string, Promise<PageFile>>();

  async function read(name: string, kind: Kind): Promise<PageFile> {
    const bytes = await readFile(path.join(folder, name));
    return pageFile(kind, bytes, kind.compress ? await compress(bytes) : undefined);
  }

  return name => {
    const kind = kindOf(name);
    if (kind === undefined || !names.has(name)) return undefined;
    let file = kept.get(name);
    if (file === undefined) {
      file = read(name, kind);
      kept.set(name, file);
      file.catch(() => kept.delete(name));
    }
    return file;
  };
}
