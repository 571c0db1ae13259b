/** A command that cannot do what it was asked to. `message` is one or more sentences for the user. */
export class CliError extends Error {
  /** Of the command. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, ...options }: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}
