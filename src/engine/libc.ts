/** Functions of glibc, by their C signatures; undefined where there is none, or koffi, whose binaries are optional, is not there. */
export async function loadLibc(): Promise<((signature: string) => (...args: unknown[]) => unknown) | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const { default: koffi } = await import('koffi');
    const libc = koffi.load('libc.so.6');
    return signature => libc.func(signature);
  } catch {
    return undefined;
  }
}
