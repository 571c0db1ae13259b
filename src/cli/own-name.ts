import path from 'node:path';
import { quoteArgument } from './quote-argument.ts';

/**
 * How this command is called here: `gfl-serve` where that is on the path, `node dist/cli.js` in a checkout.
 *
 * @param script as it was given to Node.js
 */
export function ownName(script: string = process.argv[1] ?? ''): string {
  if (!script.endsWith('.js')) return 'gfl-serve';
  const here = path.relative(process.cwd(), script);
  return `node ${quoteArgument(here.startsWith('..') ? script : here)}`;
}
