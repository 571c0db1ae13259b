import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * The bytes of pictures on their way into an engine. They have a pipe of their own: in a message of the IPC channel they are
 * copied three times on either side, and what that leaves behind made garbage collection a quarter of the service's work.
 *
 * A picture is a head and its bytes. The head is the id of its job, a 64-bit float, and its length, an unsigned 32-bit integer, little
 * endian. (Ids of 32 bits would run out after 50 days of a thousand pictures a second.)
 */
const HEAD_BYTES = 12;
/** What the kernel hands over at once; a socket holds some 200 kB by default. */
const READ_BYTES = 256 * 1024;

/** The child's end: the first after stdin, stdout, stderr and the IPC channel. */
export const PICTURE_PIPE_FD = 4;

/** Sends one picture. The bytes are not copied: they must not change until they are written, of which the answer is the sign. */
export function sendPicture(pipe: Writable, id: number, bytes: Uint8Array): void {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeDoubleLE(id, 0);
  head.writeUInt32LE(bytes.length, 8);
  pipe.cork();
  pipe.write(head);
  pipe.write(bytes);
  pipe.uncork();
}

export interface PictureInbox {
  /** The bytes of job `id`, whether they or its message came first. Each is given once. */
  take(id: number): Promise<Uint8Array>;
}

/** Reads pictures from the pipe that this process was started with. */
export function openPictureInbox(fd: number = PICTURE_PIPE_FD): PictureInbox {
  const arrived = new Map<number, Uint8Array>();
  const awaited = new Map<number, (bytes: Uint8Array) => void>();
  const deliver = (id: number, bytes: Uint8Array) => {
    const resolve = awaited.get(id);
    if (resolve === undefined) arrived.set(id, bytes);
    else {
      awaited.delete(id);
      resolve(bytes);
    }
  };
  const read = createPictureReader(deliver);
  const onread = {
    // Read into again and again.
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback(size: number, buffer: Uint8Array) {
      read(buffer.subarray(0, size));
      return true;
    },
  };
  // The end of the pipe is the end of the parent, which the IPC channel tells.
  new Socket({ fd, readable: true, writable: false, onread } as ConstructorParameters<typeof Socket>[0])
    .on('error', () => {})
    .unref();
  return {
    take(id) {
      const bytes = arrived.get(id);
      if (bytes !== undefined) {
        arrived.delete(id);
        return Promise.resolve(bytes);
      }
      return new Promise(resolve => awaited.set(id, resolve));
    },
  };
}

/** Puts pictures together from pieces of any size, which it copies. */
export function createPictureReader(onPicture: (id: number, bytes: Uint8Array) => void): (piece: Uint8Array) => void {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  let headFilled = 0;
  let id = 0;
  let bytes = new Uint8Array();
  let filled = 0;
  return piece => {
    let at = 0;
    while (at < piece.length) {
      if (headFilled < HEAD_BYTES) {
        const part = piece.subarray(at, at + HEAD_BYTES - headFilled);
        head.set(part, headFilled);
        headFilled += part.length;
        at += part.length;
        if (headFilled < HEAD_BYTES) return;
        id = head.readDoubleLE(0);
        bytes = Buffer.allocUnsafeSlow(head.readUInt32LE(8));
        filled = 0;
        if (bytes.length > 0) continue; // an empty picture is complete
      }
      const part = piece.subarray(at, at + bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === bytes.length) {
        headFilled = 0;
        onPicture(id, bytes);
      }
    }
  };
}
