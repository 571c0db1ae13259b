import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceError } from '../errors.ts';
import { errorBody } from './error-body.ts';
import { lingeringAnswer } from './lingering-answer.ts';
import { toProblem } from './problem.ts';

/** What is left of a smaller body is read and forgotten, and the connection kept: cheaper than a new one. */
const FORGET_BYTES = 1024 * 1024;

/** Answers with a problem, in the words of the path's protocol, and makes an end of a body that was not read. */
export function sendProblem(error: ServiceError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request.id);
  const { type, text } = errorBody(request.url, problem);
  reply.code(problem.status).header('Content-Type', type);
  if (error.retryAfterS !== undefined) reply.header('Retry-After', Math.ceil(error.retryAfterS));
  if (error.code === 'unauthorized') reply.header('WWW-Authenticate', 'Bearer');

  if (request.method === 'HEAD') return reply.send();
  // As bytes: Fastify adds a charset to the type of a text.
  if (!mustClose(error, request, reply)) return reply.send(Buffer.from(text));
  reply.header('Connection', 'close').header('Content-Length', Buffer.byteLength(text));
  return reply.send(lingeringAnswer(request.raw, text));
}

function mustClose(error: ServiceError, { raw, headers }: FastifyRequest, reply: FastifyReply): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody || raw.complete !== false) return false;
  if (error.code === 'request_timeout' || reply.hasHeader('Connection')) return true;
  return !(Number(headers['content-length']) <= FORGET_BYTES);
}
