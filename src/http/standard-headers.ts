import type { FastifyReply, FastifyRequest } from 'fastify';

/** What every answer tells a browser, the one to bytes that are no HTTP included. */
export const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

const SECURITY = Object.entries(SECURITY_HEADERS);

/** Headers of every answer, unless a route (the Swagger UI) has its own. */
export function setStandardHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('X-Request-Id', request.id);
  for (const [name, value] of SECURITY) if (!reply.hasHeader(name)) reply.header(name, value);
}
