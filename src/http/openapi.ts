import swagger from '@fastify/swagger';
import { ServiceError } from '../errors.ts';
import type { App } from './app-deps.ts';
import { docsFiles } from './docs-files.ts';
import { docsPage } from './docs-page.ts';
import { openapiRouteSchema } from './route-schemas.ts';
import { sendFile } from './send-file.ts';

const DESCRIPTION = [
  'Detects objects with Generalized Focal Loss models: boxes with a class, one joint classification-and-quality score and an uncertainty for each edge.',
  'Problems are `application/problem+json` (RFC 9457); program against their `code`. Beside those listed at each path, an unknown path is 404 `not_found` and a wrong method 405 `method_not_allowed` with `Allow`.',
  'Beside this contract the service speaks the protocols of DeepStack (`/v1/vision/*`) and the Open Inference Protocol (`/v2/*`); docs/dialects.md has them.',
  'Send an `X-Request-Id` (letters, digits and `.:/+=@_-`, at most 128) to find the request in the log; otherwise it gets one.',
].join('\n\n');

/** What the Swagger UI needs and nothing from elsewhere. */
const UI_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "font-src 'self' data:",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "img-src 'self' data: blob:",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
].join('; ');

const HTML = 'text/html; charset=utf-8';
const HIDDEN = { schema: { hide: true } };

/** Describes the routes that are registered after it; openapi.yaml at the top level is what it says. */
export function describeRoutes(app: App): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'gfl-serve',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'detection', description: 'Pictures in, detections out.' },
        { name: 'models', description: 'What is served.' },
        { name: 'health', description: 'Probes.' },
        { name: 'operation', description: 'For those who run the service.' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'Needed where the service has API_KEYS.' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key, the other way.' },
        },
      },
      security: [{ bearer: [] }, { apiKey: [] }, {}],
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `schema-${index}`) },
  });
  app.register(async docs => {
    const fileNamed = docsFiles();
    let written: Buffer | undefined;
    docs.addHook('onSend', async (_request, reply) => {
      reply.header('Content-Security-Policy', UI_POLICY);
    });
    docs.get('/docs', HIDDEN, (_request, reply) => reply.type(HTML).send(docsPage('./')));
    docs.get('/docs/', HIDDEN, (_request, reply) => reply.type(HTML).send(docsPage('../')));
    // Written once: 28 kB for each of those that wait behind an answer.
    docs.get('/docs/json', HIDDEN, (_request, reply) => {
      written ??= Buffer.from(JSON.stringify(app.swagger()));
      return reply.type('application/json; charset=utf-8').send(written);
    });
    docs.get<{ Params: { '*': string } }>('/docs/static/*', HIDDEN, async (request, reply) => {
      const file = await fileNamed(request.params['*']);
      if (file === undefined)
        throw new ServiceError('not_found', 'The Swagger UI has no such file; it starts at /docs/.');
      return sendFile(file, request, reply);
    });
  });
}

/** `GET /openapi.yaml`. */
export function openapiRoute(app: App): void {
  app.get('/openapi.yaml', { schema: openapiRouteSchema }, async (_request, reply) => {
    reply.type('application/yaml');
    return app.swagger({ yaml: true });
  });
}
