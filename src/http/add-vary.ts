import type { FastifyReply } from 'fastify';

/** Adds a request header that the answer depends on to those that `Vary` names already, such as Origin. */
export function addVary(reply: FastifyReply, name: string): void {
  reply.header('Vary', [reply.getHeader('Vary'), name].filter(Boolean).join(', '));
}
