import type { KoffiFunc } from 'koffi';
import type { Size } from './placement.ts';

/**
 * libjpeg-turbo's own interface, as the system has it installed (Debian: libturbojpeg0). Decoding the pixels of a COCO picture
 * costs 1.7 ms of CPU there and 3.8 ms through libvips, which has the same decoder inside: the rest is libvips' pipeline.
 * Nothing is asked of it but accurate decoding and libjpeg's own shrinking, so the pixels are the same.
 */
export interface TurboJpeg {
  /** Undefined for what it does not take for a JPEG. */
  readHeader(jpeg: Uint8Array): JpegHeader | undefined;
  /**
   * Decodes on a thread of the pool, shrunk by 1, 2, 4 or 8 (`scaled` says to what). False where it met anything to warn of.
   *
   * @param out (height, width, 3) of the scaled size: RGB
   */
  decode(jpeg: Uint8Array, scaled: Size, out: Uint8Array): Promise<boolean>;
}

export interface JpegHeader {
  width: number;
  height: number;
  /** CMYK and YCCK are `ink`. */
  colour: 'rgb' | 'ycbcr' | 'grey' | 'ink';
}

/** What a side becomes that libjpeg shrinks by `factor`: its last pixel may stand for fewer. */
export function scaled({ width, height }: Size, factor: number): Size {
  return { width: Math.ceil(width / factor), height: Math.ceil(height / factor) };
}

const LIBRARIES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['libturbojpeg.so.0'],
  darwin: [
    'libturbojpeg.0.dylib',
    '/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib',
    '/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib',
  ],
};

// turbojpeg.h
const COLOURS = ['rgb', 'ycbcr', 'grey', 'ink', 'ink'] as const; // TJCS_*
const TJPF_RGB = 0;
const TJFLAG_STOPONWARNING = 8192;
const TJFLAG_LIMITSCANS = 32768;

/** Undefined where the library is not installed. */
export async function loadTurboJpeg(): Promise<TurboJpeg | undefined> {
  const functions = await loadFunctions();
  if (functions === undefined) return undefined;
  const { create, destroy, header, decompress } = functions;
  // Memory that a thread is reading must not be collected.
  const inUse = new Set<Uint8Array>();

  // A handle for each picture: it keeps the tables of the one before, and decodes a picture that lacks its own with those (found
  // by the fuzzer: the same damaged bytes were a picture once and none the next time).
  return {
    readHeader(jpeg) {
      const handle = create();
      const width = [0];
      const height = [0];
      const colour = [-1];
      const failed = header(handle, jpeg, jpeg.length, width, height, [0], colour);
      destroy(handle);
      const named = COLOURS[colour[0]!];
      if (failed !== 0 || named === undefined) return undefined;
      return { width: width[0]!, height: height[0]!, colour: named };
    },
    decode(jpeg, { width, height }, out) {
      const handle = create();
      const flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
      inUse.add(jpeg).add(out);
      return new Promise((resolve, reject) => {
        const done = (error: Error | null, failed: number) => {
          destroy(handle);
          inUse.delete(jpeg);
          inUse.delete(out);
          if (error !== null) reject(error);
          else resolve(failed === 0);
        };
        decompress.async(handle, jpeg, jpeg.length, out, width, width * 3, height, TJPF_RGB, flags, done);
      });
    },
  };
}

interface Functions {
  create: KoffiFunc<() => unknown>;
  destroy: KoffiFunc<(handle: unknown) => number>;
  /** Fills in width, height, subsampling and colour space; 0 when it could. */
  header: KoffiFunc<
    (
      handle: unknown,
      jpeg: Uint8Array,
      length: number,
      width: number[],
      height: number[],
      subsampling: number[],
      colour: number[],
    ) => number
  >;
  /** 0 when it could. */
  decompress: KoffiFunc<
    (
      handle: unknown,
      jpeg: Uint8Array,
      length: number,
      out: Uint8Array,
      width: number,
      pitch: number,
      height: number,
      format: number,
      flags: number,
    ) => number
  >;
}

async function loadFunctions(): Promise<Functions | undefined> {
  const names = LIBRARIES[process.platform];
  if (names === undefined) return undefined;
  // Loaded with the first picture, as sharp is. Its binary is an optional dependency: there may be none for this machine.
  const koffi = await import('koffi').catch(() => undefined);
  if (koffi === undefined) return undefined;
  for (const name of names) {
    try {
      const library = koffi.default.load(name);
      return {
        create: library.func('void *tjInitDecompress()'),
        destroy: library.func('int tjDestroy(void *)'),
        header: library.func(
          'int tjDecompressHeader3(void *, const uint8_t *, unsigned long, _Out_ int *, _Out_ int *, _Out_ int *, _Out_ int *)',
        ),
        decompress: library.func(
          'int tjDecompress2(void *, const uint8_t *, unsigned long, uint8_t *, int, int, int, int, int)',
        ),
      };
    } catch {
      // Not installed under that name.
    }
  }
  return undefined;
}
