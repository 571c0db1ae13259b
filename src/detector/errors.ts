/** Everything the detector can refuse or fail at. Pictures: the first two. Options: the third. The rest: on load. */
export type DetectorErrorCode =
  | 'unsupported_media_type'
  | 'unprocessable_image'
  | 'invalid_option'
  | 'invalid_manifest'
  | 'invalid_graph'
  | 'self_check_failed'
  | 'provider_unavailable';

/** `message` is for the caller: a sentence without paths or library text. `cause` is for the log. */
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
