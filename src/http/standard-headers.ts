import type { FastifyReply, FastifyRequest } from 'fastify';

/** Headers of every answer, unless a route (the Swagger UI) has its own. */
export function standardHeaders(request: FastifyRequest, reply: FastifyReply): Record<string, string> {
  const own = Object.entries({
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  }).filter(([name]) => !reply.hasHeader(name));
  return { 'X-Request-Id': request.id, ...Object.fromEntries(own) };
}
