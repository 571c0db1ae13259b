import type { FastifyReply, FastifyRequest } from 'fastify';
import { lingeringAnswer } from './lingering-answer.ts';

/** Up to this length the rest of a body is read and forgotten, and the connection kept: cheaper than a new one. */
const FORGET_BYTES = 1024 * 1024;

/** What of a request's body has not come yet. `small`: it has at most `FORGET_BYTES`; `large`: it has more, or nobody knows how many. */
export function unreadBody({ raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>): 'none' | 'small' | 'large' {
  const length = Number(headers['content-length'] ?? 0);
  const hasBody = headers['transfer-encoding'] !== undefined || length > 0;
  if (!hasBody || raw.complete !== false) return 'none';
  return headers['transfer-encoding'] === undefined && length <= FORGET_BYTES ? 'small' : 'large';
}

/**
 * For an `onSend` hook: an answer ends the connection where its request goes on with a large body that nobody asked for, as of a GET or a
 * preflight; Node would read on for as long as a request may take. `sendProblem` does the same for problems.
 *
 * @returns the payload to send
 */
export function closeUnread(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (unreadBody(request) !== 'large') return payload;
  reply.header('Connection', 'close');
  if (request.method === 'HEAD' || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload;
  reply.header('Content-Length', Buffer.byteLength(payload));
  return lingeringAnswer(request.raw, payload);
}
