import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { OnnxError } from '../../onnx/onnx-error.ts';

/**
 * Reads weights that an ONNX file keeps in others of its folder. What the file says is not trusted: nothing outside the folder
 * is opened, by `..`, an absolute path or a link, and nothing but regular files. Throws `OnnxError`.
 */
export function externalWeights(folder: string, maxBytes: number) {
  let left = maxBytes;

  return async (location: string, offset: number, length: number | undefined): Promise<Uint8Array> => {
    const named = JSON.stringify(location);
    const wanted = path.resolve(folder, location);
    // Backslashes and drives mean the same elsewhere.
    if (path.isAbsolute(location) || /^[a-z]:|\\|\0/i.test(location) || !within(path.resolve(folder), wanted)) {
      throw new OnnxError(`it keeps weights in ${named}, outside its folder, which is not read`);
    }
    const home = await realpath(folder);
    const real = await realpath(wanted).catch(cause => {
      throw new OnnxError(`it keeps weights in ${named}, which is not beside it`, { cause });
    });
    if (!within(home, real)) {
      throw new OnnxError(`it keeps weights in ${named}, a link that leads outside its folder, which is not read`);
    }
    const file = await open(real, 'r');
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new OnnxError(`it keeps weights in ${named}, which is no file`);
      const size = length ?? stats.size - offset;
      if (size < 0 || offset + size > stats.size) {
        throw new OnnxError(
          `it keeps weights in ${named} at bytes ${offset} to ${offset + size}, and that has ${stats.size}`,
        );
      }
      left -= size;
      if (left < 0)
        throw new OnnxError(`its weights take more than ${maxBytes} bytes, the most one ONNX file can hold`);
      const bytes = new Uint8Array(size);
      // One read may give less than was asked for: Linux gives at most 2 GiB less a page, network folders less.
      for (let done = 0; done < size; ) {
        const { bytesRead } = await file.read(bytes, done, size - done, offset + done);
        if (bytesRead === 0)
          throw new OnnxError(`it keeps weights in ${named}, which became shorter while it was read`);
        done += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  };
}

function within(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
