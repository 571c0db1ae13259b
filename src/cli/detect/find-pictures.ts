import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';
import { expandGlob, globRoot, isGlob } from './glob.ts';

export interface PictureSource {
  /** How it is called in the output; `-` is standard input. */
  file: string;
  /** Where files made of it go, under the output folder, without an extension. */
  place: string;
}

const PICTURE = /\.(jpe?g|png|webp|avif|gif|tiff?)$/i;

/**
 * What the arguments name, each once and in their order; folders with all below them, in the order of names.
 *
 * @param leftOut a folder that is not searched: where this command writes its own pictures
 */
export async function findPictures(inputs: readonly string[], leftOut?: string): Promise<PictureSource[]> {
  const found = new Map<string, PictureSource>();
  const add = (file: string, below: string) => {
    const place = file === '-' ? 'stdin' : path.relative(below, file);
    if (!found.has(file)) found.set(file, { file, place: place.replace(/\.[^./]+$/, '') });
  };
  for (const input of inputs) {
    if (input === '-') {
      add('-', '');
      continue;
    }
    const info = await stat(input).catch(() => undefined);
    if (info?.isDirectory()) {
      const files = await filesBelow(input, leftOut);
      if (files.length === 0)
        throw new CliError(`The folder ${input} has no pictures (.jpg, .png, .webp, .avif, .gif, .tiff).`);
      for (const file of files) add(file, input);
    } else if (info !== undefined) {
      add(path.normalize(input), path.dirname(input));
    } else if (isGlob(input)) {
      const files = (await expandGlob(input)).filter(file => !isBelow(file, leftOut));
      if (files.length === 0) throw new CliError(`Nothing matches ${input}.`);
      for (const file of files) add(file, globRoot(input));
    } else {
      throw new CliError(`There is no file or folder ${input}.`);
    }
  }
  return [...found.values()];
}

/** Throws when two pictures would be written to one place. */
export function checkPlaces(pictures: readonly PictureSource[]): void {
  const taken = new Map<string, string>();
  for (const { file, place } of pictures) {
    const other = taken.get(place);
    if (other !== undefined) {
      const advice =
        path.dirname(other) === path.dirname(file)
          ? 'rename one of them.'
          : 'give them in two runs, each with an --out folder of its own.';
      throw new CliError(`${other} and ${file} would both be written as ${place}; ${advice}`);
    }
    taken.set(place, file);
  }
}

async function filesBelow(folder: string, leftOut?: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter(entry => !entry.isDirectory() && PICTURE.test(entry.name))
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter(file => !isBelow(file, leftOut))
    .sort();
}

function isBelow(file: string, folder: string | undefined): boolean {
  return folder !== undefined && path.resolve(file).startsWith(path.resolve(folder) + path.sep);
}
