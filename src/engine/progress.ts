import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Where every picture of an engine is, in a nameless file that both processes hold open: what is written there outlives any
 * death, at 2 microseconds a note, and nobody reads it until the engine has died. A message would be work for both event
 * loops, for every picture.
 *
 * One record a picture at `id % RECORDS`: its id, a 64-bit float, and its state, an unsigned 32-bit integer, little endian.
 */

/** `received`: not begun. `waiting`: decoded, until the inference is free. */
const PICTURE_STATES = ['received', 'decoding', 'waiting', 'running', 'annotating'] as const;
export type PictureState = (typeof PICTURE_STATES)[number];

/** The child's end: after stdin, stdout, stderr, the IPC channel and the pipe of the pictures. */
const PROGRESS_FD = 5;

/** More than an engine ever holds. */
const RECORDS = 1024;
const RECORD_BYTES = 12;
/** A container with a read-only root has the first. */
const FOLDERS = ['/dev/shm', tmpdir()];

export interface Progress {
  /** For the child's stdio. `ignore` where no file could be made: then nothing is known of any picture. */
  readonly stdio: number | 'ignore';
  /** Undefined when it is not known: more than 1024 pictures came after it. */
  stateOf(id: number): PictureState | undefined;
  close(): void;
}

/** The parent's end. */
export function openProgress(folders: readonly string[] = FOLDERS): Progress {
  const fd = namelessFile(folders);
  if (fd === undefined) return { stdio: 'ignore', stateOf: () => undefined, close: () => {} };
  return {
    stdio: fd,
    stateOf(id) {
      const record = Buffer.alloc(RECORD_BYTES);
      readSync(fd, record, 0, RECORD_BYTES, placeOf(id));
      const noted = record.readDoubleLE(0);
      // An older picture, or nothing, is noted there: this one was not begun.
      if (noted < id) return 'received';
      return noted === id ? PICTURE_STATES[record.readUInt32LE(8)] : undefined;
    },
    close: () => closeSync(fd),
  };
}

export type NoteProgress = (id: number, state: PictureState) => void;

/** The child's end. Notes nothing where it was started without a file. */
export function progressNotes(fd: number = PROGRESS_FD): NoteProgress {
  const record = Buffer.alloc(RECORD_BYTES);
  let works = true;
  return (id, state) => {
    if (!works) return;
    record.writeDoubleLE(id, 0);
    record.writeUInt32LE(PICTURE_STATES.indexOf(state), 8);
    try {
      writeSync(fd, record, 0, RECORD_BYTES, placeOf(id));
    } catch {
      works = false;
    }
  };
}

function placeOf(id: number): number {
  return (id % RECORDS) * RECORD_BYTES;
}

function namelessFile(folders: readonly string[]): number | undefined {
  for (const folder of folders) {
    const file = path.join(folder, `gfl-serve-${process.pid}-${randomBytes(8).toString('hex')}`);
    let fd: number | undefined;
    try {
      fd = openSync(file, 'wx+', 0o600);
      unlinkSync(file);
      // Its room is taken now: where a full disk took no note, a picture that an engine died of would be taken for one that it had not begun.
      writeFileSync(fd, Buffer.alloc(RECORDS * RECORD_BYTES));
      return fd;
    } catch {
      // Not writable here, or full.
      if (fd !== undefined) closeSync(fd);
    }
  }
  return undefined;
}
