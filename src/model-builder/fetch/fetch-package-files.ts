import { once } from 'node:events';
import type { Readable } from 'node:stream';
import pacote from 'pacote';
import { Parser } from 'tar';
import { BuildError } from '../build-error.ts';
import { sha256 } from '../sha256.ts';
import { npmSettings } from './npm-settings.ts';

export interface PinnedPackage {
  /** Name and exact version. */
  spec: string;
  /** Of the tarball, as in package-lock.json. */
  integrity: string;
  /** Size of the tarball. */
  bytes: number;
  /** Path in the tarball to the SHA-256 of the file. Only these are kept. */
  files: Readonly<Record<string, string>>;
}

/**
 * Fetches one tarball with npm's own client and the user's npm settings, from npm's cache if it is there, and returns the
 * wanted files by path. Nothing is written but npm's cache. Rejects with npm's error, or `BuildError` when a file is not
 * the pinned one.
 */
export async function fetchPackageFiles(
  { spec, integrity, files }: PinnedPackage,
  onProgress: (receivedBytes: number) => void,
): Promise<Map<string, Uint8Array>> {
  const settings = await npmSettings();
  const found = await pacote.tarball.stream(spec, tarball => pick(tarball, Object.keys(files), onProgress), {
    ...settings,
    integrity,
  });
  for (const [path, expected] of Object.entries(files)) {
    const bytes = found.get(path);
    if (!bytes) throw new BuildError(`${spec} has no file ${path}.`);
    const actual = sha256(bytes);
    if (actual !== expected) throw new BuildError(`${path} of ${spec} has SHA-256 ${actual} instead of ${expected}.`);
  }
  return found;
}

/** Reads the whole tarball, so that its integrity is checked to the end, and keeps the wanted files in memory. */
async function pick(
  tarball: Readable,
  wanted: readonly string[],
  onProgress: (receivedBytes: number) => void,
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const reading: Promise<void>[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: entry => {
      if (!wanted.includes(entry.path)) entry.resume();
      else reading.push(entry.concat().then(bytes => void found.set(entry.path, bytes)));
    },
  });
  // npm's client tells of other bytes than the pinned ones more than once, also when the first time has ended the reading.
  tarball.on('error', () => {});
  let isBroken = false;
  parser.on('error', () => {
    isBroken = true;
  });
  const parsed = once(parser, 'end');
  parsed.catch(() => {}); // awaited below; a broken archive may fail before that
  let received = 0;
  for await (const chunk of tarball) {
    received += chunk.length;
    onProgress(received);
    // A parser that gave up takes nothing more and never drains. The rest is read all the same: that these are other bytes than the pinned ones says
    // more than where they break.
    if (isBroken || parser.write(chunk) || isBroken) continue;
    await Promise.race([once(parser, 'drain'), parsed]).catch(() => {});
  }
  if (!isBroken) parser.end();
  await parsed;
  await Promise.all(reading);
  return found;
}
