import type { Command } from './command.ts';

/** `gfl-serve model inspect | add | check` */
export const model: Command = async () => {};
