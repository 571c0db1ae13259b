import cors from '@fastify/cors';
import type { App } from './app-deps.ts';

/** Headers that scripts of other origins may read; those that every script may are left out. */
const READABLE = [
  'Retry-After',
  'Server-Timing',
  'WWW-Authenticate',
  'X-Request-Id',
  'Inference-Header-Content-Length',
];
/** How long a browser need not ask again, where it goes along: Chromium stops at two hours. */
const MAX_AGE_S = 7200;

/**
 * Lets web pages of other origins use the service, by the CORS protocol: a browser asks first (`OPTIONS`), without a key, and shows an answer to the
 * page only if it carries the page's origin, refusals included. Comes before every check. Keys are sent by scripts, never by the browser: no credentials.
 *
 * @param origins `*` among them is any
 */
export function allowOrigins(app: App, origins: readonly string[]): void {
  app.register(cors, {
    origin: origins.includes('*')
      ? '*'
      : (origin, take) => take(null, origin !== undefined && origins.includes(origin)),
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: READABLE,
    maxAge: MAX_AGE_S,
    strictPreflight: false,
  });
}
