import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';
import { type FilesBelow, filesBelow } from './files-below.ts';
import { expandGlob, globRoot, isGlob } from './glob.ts';

export interface PictureSource {
  /** How it is called in the output; `-` is standard input. */
  file: string;
  /** Where files made of it go, under the output folder, without an extension. */
  place: string;
}

export interface FoundPictures {
  pictures: PictureSource[];
  /** Folders in which there may be more. */
  unreadable: FilesBelow['unreadable'];
}

const PICTURE = /\.(jpe?g|png|webp|avif|gif|tiff?)$/i;

/**
 * What the arguments name, each once and in their order; folders with all below them, in the order of names.
 *
 * @param leftOut a folder that is not searched: where this command writes its own pictures
 */
export async function findPictures(inputs: readonly string[], leftOut?: string): Promise<FoundPictures> {
  const found = new Map<string, PictureSource>();
  const unreadable = new Map<string, string>();
  const add = (file: string, below: string) => {
    const place = file === '-' ? 'stdin' : path.relative(below, file);
    if (!found.has(file)) found.set(file, { file, place: place.replace(/\.[^./]+$/, '') });
  };
  const addAll = (below: FilesBelow, root: string, nothing: string) => {
    for (const { folder, reason } of below.unreadable) unreadable.set(folder, reason);
    const [first] = below.unreadable;
    if (below.files.length === 0) {
      throw new CliError(first === undefined ? nothing : `${nothing} ${first.folder} cannot be read: ${first.reason}.`);
    }
    for (const file of below.files) add(file, root);
  };
  const isOwn = (place: string) => isWithin(place, leftOut);
  for (const input of inputs) {
    if (input === '-') {
      add('-', '');
      continue;
    }
    const info = await stat(input).catch(() => undefined);
    if (info?.isDirectory()) {
      const below = await filesBelow(input, folder => !isOwn(folder));
      const files = below.files.filter(file => PICTURE.test(file) && !isOwn(file));
      const nothing = `The folder ${input} has no pictures (.jpg, .png, .webp, .avif, .gif, .tiff).`;
      addAll({ ...below, files }, input, nothing);
    } else if (info !== undefined) {
      add(path.normalize(input), path.dirname(input));
    } else if (isGlob(input)) {
      const below = await expandGlob(input);
      addAll(
        { ...below, files: below.files.filter(file => !isOwn(file)) },
        globRoot(input),
        `Nothing matches ${input}.`,
      );
    } else {
      throw new CliError(`There is no file or folder ${input}.`);
    }
  }
  return {
    pictures: [...found.values()],
    unreadable: [...unreadable].map(([folder, reason]) => ({ folder, reason })),
  };
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

/** Whether a file or folder is that folder, or below it. */
function isWithin(place: string, folder: string | undefined): boolean {
  return folder !== undefined && (path.resolve(place) + path.sep).startsWith(path.resolve(folder) + path.sep);
}
