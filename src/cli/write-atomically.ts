import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../engine/make-folder.ts';
import { writeProblem } from './write-problem.ts';

/** The file is as it was or whole, whenever this ends; folders are made. Throws a `CliError` for what the system refuses. */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const part = partOf(file);
  try {
    await makeFolder(path.dirname(file));
    await writeFile(part, content);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw writeProblem(file, error);
  }
}

/** Throws what `writeAtomically` would, as far as can be known before there is anything to write. */
export async function checkWritable(file: string): Promise<void> {
  const part = partOf(file);
  try {
    await makeFolder(path.dirname(file));
    await writeFile(part, '');
    await rm(part);
  } catch (error) {
    throw writeProblem(file, error);
  }
}

function partOf(file: string): string {
  return `${file}.part-${process.pid}`;
}
