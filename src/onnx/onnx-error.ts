/** What is wrong with a file that should be an ONNX graph. `message` is a sentence for the user, without the file's name. */
export class OnnxError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OnnxError';
  }
}
