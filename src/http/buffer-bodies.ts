import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { App } from './app-deps.ts';
import { readBody } from './read-body.ts';

/**
 * Every body is read into one buffer, whatever its Content-Type says. Each is bounded, and so are all of them together,
 * from their first byte to their answer: slow uploads and a full queue of large pictures cannot fill the memory.
 */
export function bufferBodies(app: App, config: Config, metrics: Metrics): void {
  let held = 0;

  app.removeAllContentTypeParsers();
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      held -= request.trace.bodyBytes;
    });
  });
  app.addContentTypeParser('*', async ({ trace }: FastifyRequest, payload: IncomingMessage) => {
    const hold = (bytes: number): void => {
      if (held + bytes > config.maxBufferedBytes) {
        metrics.rejected.inc({ reason: 'memory_full' });
        throw new ServiceError('overloaded', 'Too many pictures are on their way; try again later.', {
          retryAfterS: 1,
        });
      }
      held += bytes;
      trace.bodyBytes += bytes;
    };
    return readBody(payload, { maxBytes: config.maxBodyBytes, timeoutMs: config.bodyTimeoutMs, hold });
  });
}
