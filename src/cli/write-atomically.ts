import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The file is as it was or whole, whenever this ends; folders are made. */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.part-${process.pid}`;
  try {
    await writeFile(part, content);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
