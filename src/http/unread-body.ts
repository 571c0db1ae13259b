import type { FastifyReply, FastifyRequest } from 'fastify';
import { lingeringAnswer } from './lingering-answer.ts';

/** What is left of a smaller body is read and forgotten, and the connection kept: cheaper than a new one. */
const FORGET_BYTES = 1024 * 1024;

/** What is still to come of a request's body: `large` is what nobody should go on to read, or of a length that nobody knows. */
export function unreadBody({ raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>): 'none' | 'small' | 'large' {
  const length = Number(headers['content-length'] ?? 0);
  const hasBody = headers['transfer-encoding'] !== undefined || length > 0;
  if (!hasBody || raw.complete !== false) return 'none';
  return headers['transfer-encoding'] === undefined && length <= FORGET_BYTES ? 'small' : 'large';
}

/**
 * An answer whose request goes on with a large body that nobody asked for, a GET's or a preflight's, ends the connection: Node would read on for as long
 * as a request may take. Problems see to that by themselves.
 */
export function closeUnread(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (unreadBody(request) !== 'large') return payload;
  reply.header('Connection', 'close');
  if (request.method === 'HEAD' || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload;
  reply.header('Content-Length', Buffer.byteLength(payload));
  return lingeringAnswer(request.raw, payload);
}
