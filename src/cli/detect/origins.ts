import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';
import { writeAtomically } from '../write-atomically.ts';
import { readIndex } from './read-index.ts';

/** Absolute path, bytes, and when it was last written. */
type Origin = [path: string, size: number, mtimeMs: number];

/** Of which picture each record of an output is: names in it are as the user gave them, and two folders may have the same. */
export interface Origins {
  /**
   * Looks at the picture. Whether its record, if there is one, is of the picture as it is now; one of an unknown origin is. Throws a
   * `CliError` for another picture's.
   */
  isOf(file: string): Promise<boolean>;
  /** The record is of the picture as `isOf` saw it. */
  note(file: string): void;
  /** What is known now of these records, for `save`. */
  of(files: Iterable<string>): ReadonlyMap<string, Origin>;
  save(origins: ReadonlyMap<string, Origin>): Promise<void>;
}

/** They lie beside the output: `.results.csv.sources.json`. */
export async function openOrigins(output: string): Promise<Origins> {
  const index = path.join(path.dirname(output), `.${path.basename(output)}.sources.json`);
  const origins = await readIndex<Origin>(index, 'remove it, or name another --out');
  const seen = new Map<string, Origin>();
  return {
    async isOf(file) {
      if (file === '-') return true;
      const now = await originOf(file);
      seen.set(file, now);
      const known = origins.get(file);
      if (known === undefined) return true;
      const [place, ...version] = now;
      if (place !== known[0]) {
        throw new CliError(
          `${file} in ${output} is ${known[0]}, not ${place}; name another --out. If the pictures were moved, remove ${index}.`,
        );
      }
      return version.every((value, i) => value === known[i + 1]);
    },
    note(file) {
      const origin = seen.get(file);
      if (origin !== undefined) origins.set(file, origin);
    },
    of(files) {
      return new Map([...files].flatMap(file => (origins.has(file) ? [[file, origins.get(file)!] as const] : [])));
    },
    save: known => writeAtomically(index, `${JSON.stringify(Object.fromEntries(known))}\n`),
  };
}

async function originOf(file: string): Promise<Origin> {
  const info = await stat(file).catch(() => undefined);
  return [path.resolve(file), info?.size ?? 0, info?.mtimeMs ?? 0];
}
