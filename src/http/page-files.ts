import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** A file that is answered from memory. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Absent where the file is compressed already. */
  readonly gzipped?: Buffer;
  /** Without quotes, of the bytes as they are. */
  readonly hash: string;
}

/** By path below the page, such as `index.html` or `draw/draw-boxes.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

export interface Kind {
  type: string;
  compress: boolean;
}

const KINDS: Record<string, Kind> = {
  '.html': { type: 'text/html; charset=utf-8', compress: true },
  '.js': { type: 'text/javascript; charset=utf-8', compress: true },
  '.css': { type: 'text/css; charset=utf-8', compress: true },
  '.svg': { type: 'image/svg+xml', compress: true },
  '.txt': { type: 'text/plain; charset=utf-8', compress: true },
  '.png': { type: 'image/png', compress: false },
  '.woff2': { type: 'font/woff2', compress: false },
  '.jpg': { type: 'image/jpeg', compress: false },
};

/** By the end of its name; undefined for what a page is not made of. */
export function kindOf(name: string): Kind | undefined {
  return KINDS[path.extname(name)];
}

export function pageFile({ type }: Kind, bytes: Buffer, gzipped?: Buffer): PageFile {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { type, bytes, ...(gzipped && { gzipped }), hash };
}

/** Where `npm run build` leaves the page: beside this code. */
export function builtPage(): URL {
  return new URL('../page/', import.meta.url);
}

/**
 * Reads every file of the page into memory. What is answered later is looked up in this list; no request ever names a file
 * of the disk. Throws a sentence when the page was not built.
 */
export function loadPage(folder: string | URL): PageFiles {
  const root = folder instanceof URL ? fileURLToPath(folder) : folder;
  const files = new Map<string, PageFile>();
  for (const entry of list(root)) {
    const kind = kindOf(entry);
    if (kind === undefined) continue;
    const bytes = readFileSync(path.join(root, entry));
    const gzipped = kind.compress ? gzipSync(bytes, { level: 9 }) : undefined;
    files.set(entry.split(path.sep).join('/'), pageFile(kind, bytes, gzipped));
  }
  if (!files.has('index.html')) throw new Error(`The page is not in ${root}; "npm run build" makes it.`);
  return files;
}

function list(root: string): string[] {
  try {
    return readdirSync(root, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}
