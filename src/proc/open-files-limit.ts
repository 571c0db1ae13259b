import { type ReadText, readProc } from './proc-files.ts';

/** How many descriptors this process may have open; Infinity where nothing says. Node.js has raised it as far as it may go when it starts. */
export function openFilesLimit(read: ReadText = readProc): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(read('/proc/self/limits') ?? '') ?? [];
  return soft === undefined ? Infinity : Number(soft);
}
