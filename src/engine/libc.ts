export interface Libc {
  /** Makes a function callable, by its C signature. */
  call(signature: string): (...args: unknown[]) => unknown;
  /** Where a function is, for functions that take a pointer to one. */
  address(name: string): unknown;
}

/** glibc; undefined where there is none, or koffi, whose binaries are optional, is not there. */
export async function loadLibc(): Promise<Libc | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const { default: koffi } = await import('koffi');
    const libc = koffi.load('libc.so.6');
    return { call: signature => libc.func(signature), address: name => libc.symbol(name) };
  } catch {
    return undefined;
  }
}
