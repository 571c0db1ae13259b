/** Every way a request can end without detections. The edge maps each to a status (http/problem.ts). */
export type ErrorCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'unprocessable_image'
  | 'overloaded'
  | 'unavailable'
  | 'deadline_exceeded'
  | 'internal';

/** `message` is read by the caller; what only the log may know goes into `cause`. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which a retry makes sense (`Retry-After`). */
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { retryAfterS?: number } = {}) {
    super(message, options);
    this.name = 'ServiceError';
    this.code = code;
    this.retryAfterS = options.retryAfterS;
  }
}
