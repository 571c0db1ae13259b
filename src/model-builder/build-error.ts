/** What went wrong, as one sentence for whoever runs the build. Anything else that is thrown is a bug. */
export class BuildError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BuildError';
  }
}
