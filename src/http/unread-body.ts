import type { FastifyRequest } from 'fastify';

/** What is left of a smaller body is read and forgotten, and the connection kept: cheaper than a new one. */
const FORGET_BYTES = 1024 * 1024;

/** What is still to come of a request's body: `large` is what nobody should go on to read, or of a length that nobody knows. */
export function unreadBody({ raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>): 'none' | 'small' | 'large' {
  const length = Number(headers['content-length'] ?? 0);
  const hasBody = headers['transfer-encoding'] !== undefined || length > 0;
  if (!hasBody || raw.complete !== false) return 'none';
  return headers['transfer-encoding'] === undefined && length <= FORGET_BYTES ? 'small' : 'large';
}
