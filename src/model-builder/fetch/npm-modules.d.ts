// What is used of two npm libraries that come without types.

declare module 'pacote' {
  import type { Readable } from 'node:stream';

  export namespace tarball {
    /** Calls `handler` again with a new stream when the data was damaged. */
    function stream<T>(spec: string, handler: (tarball: Readable) => Promise<T>, options: object): Promise<T>;
  }
}

declare module '@npmcli/config' {
  // biome-ignore lint/style/noDefaultExport: it is CommonJS
  export default class Config {
    constructor(options: { npmPath: string; definitions: object; shorthands: object; flatten: object; warn: boolean });
    load(): Promise<void>;
    /** The settings in the form that npm's libraries take. */
    readonly flat: Record<string, unknown>;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const names: { definitions: object; shorthands: object; flatten: object };
  // biome-ignore lint/style/noDefaultExport: it is CommonJS
  export default names;
}
