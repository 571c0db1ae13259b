export interface BufferPool {
  /** A buffer of at least so many bytes; what is in it is of no use. */
  take(bytes: number): ArrayBuffer;
  /** Nobody reads or writes it any more. Giving it again does nothing, as long as nobody has taken it since. */
  give(buffer: ArrayBuffer): void;
}

export interface BufferSizes {
  /** Buffers have multiples of it, so that pictures of nearly one size share them. */
  grainBytes: number;
  /** Larger ones are left to the garbage collection. */
  maxKeptBytes: number;
}

/** A picture of 60000x540 may come once; the tensor of a network of 1333x800 has 12.8 MB. */
const OF_PIXELS: BufferSizes = { grainBytes: 256 * 1024, maxKeptBytes: 16 * 1024 * 1024 };

/**
 * Large buffers to use again, at most `kept` while nobody has them. V8 collects garbage by the bytes that are allocated, also
 * outside its heap: pixels and tensors, 5 MB a picture, made an engine mark its whole heap every third picture, which took a tenth of
 * its time (measured with perf; nanodet-g, 640x480).
 */
export function createBufferPool(kept: number, sizes: BufferSizes = OF_PIXELS): BufferPool {
  const { grainBytes, maxKeptBytes } = sizes;
  const idle: ArrayBuffer[] = []; // smallest first
  return {
    take(bytes) {
      const fitting = idle.findIndex(({ byteLength }) => byteLength >= bytes);
      if (fitting >= 0) return idle.splice(fitting, 1)[0]!;
      return new ArrayBuffer(Math.ceil(bytes / grainBytes) * grainBytes);
    },
    give(buffer) {
      if (buffer.byteLength > maxKeptBytes || idle.includes(buffer)) return;
      idle.push(buffer);
      idle.sort((a, b) => a.byteLength - b.byteLength);
      if (idle.length > kept) idle.shift();
    },
  };
}
