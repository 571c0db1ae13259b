import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceError } from '../errors.ts';
import { lingeringAnswer } from './lingering-answer.ts';
import { PROBLEM_TYPE, toProblem } from './problem.ts';

/** What is left of a smaller body is read and forgotten, and the connection kept: cheaper than a new one. */
const FORGET_BYTES = 1024 * 1024;

/** Answers with a problem, and makes an end of a body that was not read. */
export function sendProblem(error: ServiceError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request.id);
  reply.code(problem.status).type(PROBLEM_TYPE);
  if (error.retryAfterS !== undefined) reply.header('Retry-After', Math.ceil(error.retryAfterS));
  if (error.code === 'unauthorized') reply.header('WWW-Authenticate', 'Bearer');

  if (request.method === 'HEAD') return reply.send();
  const text = JSON.stringify(problem);
  if (!mustClose(error, request, reply)) return reply.send(text);
  reply.header('Connection', 'close').header('Content-Length', Buffer.byteLength(text));
  return reply.send(lingeringAnswer(request.raw, text));
}

function mustClose(error: ServiceError, { raw, headers }: FastifyRequest, reply: FastifyReply): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody || raw.complete !== false) return false;
  if (error.code === 'request_timeout' || reply.hasHeader('Connection')) return true;
  return !(Number(headers['content-length']) <= FORGET_BYTES);
}
