import { CliError } from './cli-error.ts';

/** What the user reads. Only a bug shows where it happened. */
export function said(error: unknown): string {
  const { name, code, message, stack } = error as NodeJS.ErrnoException;
  // By its name: the detector takes a third of a second to load, and --help needs none.
  if (error instanceof CliError || name === 'DetectorError') return message;
  if (String(code).startsWith('ERR_PARSE_ARGS')) {
    // Node.js goes on about arguments that begin with a dash.
    const [first] = message.split('. To specify ');
    return `${first!.replace(/\.?$/, '.')} --help shows what can be said.`;
  }
  return `This is a bug: ${stack ?? String(error)}`;
}
