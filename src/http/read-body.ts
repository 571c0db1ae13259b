import type { Readable } from 'node:stream';
import { ServiceError } from '../errors.ts';
import { createArrivingBody } from './arriving-body.ts';

export interface BodyLimits {
  maxBytes: number;
  timeoutMs: number;
  /** What its head says it has; 0 where it does not say. */
  declaredBytes?: number;
  /** Told of every piece before it is kept; throws `ServiceError` when there is no room for it. */
  hold?: (bytes: number) => void;
  /** Memory for the whole of it. */
  take?: (bytes: number) => Buffer;
}

/**
 * Reads a request body into one buffer and stops reading as soon as it is too large or too late.
 * Own code, because Fastify's parser knows no time limit and Node's cuts the connection without a request id or a log line.
 * Rejects with `payload_too_large`, `request_timeout`, what `hold` throws or, when the client has gone, `invalid_request` that nobody reads.
 */
export function readBody(stream: Readable, limits: BodyLimits): Promise<Buffer> {
  const { maxBytes, timeoutMs, declaredBytes = 0, hold, take = Buffer.allocUnsafe } = limits;
  return new Promise((resolve, reject) => {
    const body = createArrivingBody(declaredBytes, take);
    let received = 0;
    const timer = setTimeout(() => {
      stop(new ServiceError('request_timeout', `The body did not arrive within ${timeoutMs} ms.`));
    }, timeoutMs);

    const onData = (chunk: Buffer) => {
      received += chunk.length;
      try {
        if (received > maxBytes) throw tooLarge(maxBytes);
        hold?.(chunk.length);
        body.add(chunk);
      } catch (error) {
        stop(error as ServiceError);
      }
    };
    const onEnd = () => stop();
    const onGone = () =>
      stop(new ServiceError('invalid_request', 'The connection was closed before the body was complete.'));

    stream.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);

    function stop(error?: ServiceError): void {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('close', onGone);
      // The error listener stays: an error without one would end the process.
      if (error === undefined) resolve(body.whole());
      else {
        stream.pause();
        reject(error);
      }
    }
  });
}

export function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError('payload_too_large', `The body has more than the ${maxBytes} bytes that are accepted.`);
}
