/** Everything the detector can refuse or fail at. Pictures: the first two. Options: the third. The rest: on load. */
export type DetectorErrorCode =
  | 'unsupported_media_type'
  | 'unprocessable_image'
  | 'invalid_option'
  | 'invalid_manifest'
  | 'invalid_graph'
  | 'self_check_failed'
  | 'provider_unavailable';

/**
 * `message` is a sentence. Of pictures and options it is for the caller, without paths or library text; on load it is for the
 * operator, and names the file and what ONNX Runtime said of it. `cause` is for the log.
 */
export class DetectorError extends Error {
  /** What was wrong: the stable name to program against. */
  readonly code: DetectorErrorCode;

  /** Made by the detector. `message` is a sentence for the caller. */
  constructor(code: DetectorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DetectorError';
    this.code = code;
  }
}
