/**
 * One word after `gfl-serve`. Resolves when done, exit code 0; throws `CliError` for what the user can mend.
 * Answers go to standard output, everything said along the way to standard error.
 */
export type Command = (args: readonly string[]) => Promise<void>;
