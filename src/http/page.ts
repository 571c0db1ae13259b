import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { App } from './app-deps.ts';
import type { PageFile, PageFiles } from './page-files.ts';
import { sendFile } from './send-file.ts';

/**
 * Nothing from elsewhere and nothing inline. `blob:` pictures are those the visitor chose, which the browser holds itself.
 * Trusted Types without any policy make every assignment of HTML an error: the page builds its elements one by one.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(self), clipboard-write=(self), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
};

/** `GET /`, the page to look at, and what it is made of. Neither holds a secret, so neither wants a key. */
export function pageRoutes(app: App, files: PageFiles): void {
  const schema = { hide: true };
  app.get('/', { schema }, async (request, reply) => send(files.get('index.html'), request, reply));
  // The path is a key of the list that was read at start.
  app.get<{ Params: { '*': string } }>('/page/*', { schema }, async (request, reply) =>
    send(files.get(request.params['*']), request, reply),
  );
}

function send(file: PageFile | undefined, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (file === undefined) throw new ServiceError('not_found', 'The page has no such file; it starts at /.');
  return sendFile(file, request, reply.headers(HEADERS));
}
