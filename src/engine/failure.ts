import { DetectorError, type DetectorErrorCode, isShortage } from '../detector/contract.ts';
import type { ErrorCode } from '../errors.ts';
import type { EngineAnswer } from './protocol.ts';

/** What a picture can be refused for. The others only happen on load: on a picture they are a bug. */
const CODES = {
  unsupported_media_type: 'unsupported_media_type',
  unprocessable_image: 'unprocessable_image',
  invalid_option: 'invalid_request',
  invalid_manifest: 'internal',
  invalid_graph: 'internal',
  self_check_failed: 'internal',
  provider_unavailable: 'internal',
} satisfies Record<DetectorErrorCode, ErrorCode>;

/** An error as it crosses to the service: structured clone would drop its code. The text of a bug is for the log alone. */
export function failure(error: unknown): EngineAnswer['outcome'] {
  const code = error instanceof DetectorError ? CODES[error.code] : 'internal';
  if (error instanceof DetectorError && code !== 'internal') {
    const { message, cause } = error;
    return { ok: false, code, message, ...(cause === undefined ? {} : { detail: String(cause) }) };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (isShortage(error)) {
    const message = 'The engine had too little memory for this picture; send it again.';
    return { ok: false, code: 'unavailable', message, detail, isShort: true };
  }
  return { ok: false, code: 'internal', message: 'The engine failed on this picture.', detail };
}
