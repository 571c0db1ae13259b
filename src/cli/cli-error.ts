/** A command that cannot do what it was asked to. `message` is one or more sentences for the user; exit code 1. */
export class CliError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
  }
}
