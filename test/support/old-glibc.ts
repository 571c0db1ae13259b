import koffi, { type LibraryHandle } from 'koffi';

/** To be loaded before anything else: glibc as it was before 2.34, when dlsym was in a library of its own. */
const load = koffi.load.bind(koffi);
koffi.load = (...args) => {
  const library = load(...args);
  const func = (signature: string) => {
    if (/\bdlsym\b/.test(signature)) throw new Error("Cannot find function 'dlsym' in shared library");
    return library.func(signature);
  };
  return { func, symbol: (name: string) => library.symbol(name) } as LibraryHandle;
};
