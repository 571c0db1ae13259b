import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceError } from '../errors.ts';
import { errorBody } from './error-body.ts';
import { lingeringAnswer } from './lingering-answer.ts';
import { toProblem } from './problem.ts';
import { unreadBody } from './unread-body.ts';

/** Answers with a problem, in the words of the path's protocol, and makes an end of a body that was not read. */
export function sendProblem(error: ServiceError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request.id);
  const { type, text } = errorBody(request.url, problem);
  reply.code(problem.status).header('Content-Type', type);
  if (error.retryAfterS !== undefined) reply.header('Retry-After', Math.ceil(error.retryAfterS));
  if (error.code === 'unauthorized') reply.header('WWW-Authenticate', 'Bearer');

  if (request.method === 'HEAD' || !mustClose(error, request, reply)) {
    // As bytes: Fastify adds a charset to the type of a text.
    return reply.send(Buffer.from(text));
  }
  reply.header('Connection', 'close').header('Content-Length', Buffer.byteLength(text));
  return reply.send(lingeringAnswer(request.raw, text));
}

function mustClose(error: ServiceError, request: FastifyRequest, reply: FastifyReply): boolean {
  const unread = unreadBody(request);
  return (
    unread === 'large' || (unread === 'small' && (error.code === 'request_timeout' || reply.hasHeader('Connection')))
  );
}
