import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { App } from './app-deps.ts';
import { readBody } from './read-body.ts';
import type { RequestTrace } from './request-trace.ts';

/**
 * Every body is read into one buffer, whatever its Content-Type says. Each is bounded, and so are all of them together with their
 * answers, from the first byte until the answer is taken: slow uploads, a full queue of large pictures, or annotated pictures
 * that nobody reads cannot fill the memory. An answer is never refused for it, only what comes after.
 */
export function bufferBodies(app: App, config: Config, metrics: Metrics): void {
  let held = 0;
  const heldBy = new Map<RequestTrace, number>();

  function hold(trace: RequestTrace, bytes: number): void {
    const before = heldBy.get(trace);
    if (before === undefined) return; // gone
    heldBy.set(trace, before + bytes);
    held += bytes;
  }

  app.removeAllContentTypeParsers();
  app.addHook('onRequest', ({ trace }, reply, done) => {
    heldBy.set(trace, 0);
    reply.raw.once('close', () => {
      held -= heldBy.get(trace) ?? 0;
      heldBy.delete(trace);
    });
    done();
  });
  app.addContentTypeParser('*', async ({ trace }: FastifyRequest, payload: IncomingMessage) => {
    const holdMore = (bytes: number): void => {
      if (held + bytes > config.maxBufferedBytes) {
        metrics.rejected.inc({ reason: 'memory_full' });
        throw new ServiceError('overloaded', 'Too many pictures are on their way; try again later.', {
          retryAfterS: 1,
        });
      }
      hold(trace, bytes);
    };
    return readBody(payload, { maxBytes: config.maxBodyBytes, timeoutMs: config.bodyTimeoutMs, hold: holdMore });
  });
  app.addHook('onSend', ({ trace }, _reply, payload, done) => {
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) hold(trace, payload.length);
    done();
  });
}
