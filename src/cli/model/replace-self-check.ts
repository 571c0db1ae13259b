import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDetector, loadManifest } from '../../detector/index.ts';
import type { ChosenPicture } from './make-self-check.ts';
import { manifestJson } from './manifest-json.ts';

/**
 * Gives a model another self-check. The folder holds a whole model whenever this ends: the picture has a name of its own, the
 * new manifest is tried beside the old one and takes its place in one step. Throws `DetectorError` for a self-check that does
 * not hold, and then leaves the folder as it was.
 */
export async function replaceSelfCheck(
  manifestPath: string,
  { bytes, extension, detections }: ChosenPicture,
): Promise<void> {
  const folder = path.dirname(manifestPath);
  const { manifest } = await loadManifest(manifestPath);
  const old = manifest.selfCheck?.image;
  const image = await freeName(folder, bytes, extension);
  const temporary = path.join(folder, `.${process.pid}.model.json`);
  try {
    if (image.isNew) await writeFile(path.join(folder, image.name), bytes);
    await writeFile(temporary, manifestJson({ ...manifest, selfCheck: { image: image.name, detections } }));
    await (await createDetector(temporary, { provider: 'cpu' })).close();
    await rename(temporary, manifestPath);
  } catch (error) {
    await rm(temporary, { force: true });
    if (image.isNew) await rm(path.join(folder, image.name), { force: true });
    throw error;
  }
  const named = ['model.json', manifest.labels, manifest.graph.file, image.name];
  if (old !== undefined && !named.includes(old)) await rm(path.join(folder, old), { force: true });
}

/** `check.png`, or where another picture has that name one with the hash of the bytes. */
async function freeName(
  folder: string,
  bytes: Uint8Array,
  extension: string,
): Promise<{ name: string; isNew: boolean }> {
  const name = `check.${extension}`;
  const there = await readFile(path.join(folder, name)).catch(() => undefined);
  if (there === undefined) return { name, isNew: true };
  if (there.equals(bytes)) return { name, isNew: false };
  const hashed = `check-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.${extension}`;
  const again = await readFile(path.join(folder, hashed)).catch(() => undefined);
  return { name: hashed, isNew: !again?.equals(bytes) };
}
