import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { ServiceError } from '../errors.ts';
import type { App } from './app-deps.ts';
import { docsFiles } from './docs-files.ts';
import { openapiRouteSchema } from './route-schemas.ts';
import { sendFile } from './send-file.ts';

const DESCRIPTION = [
  'Detects objects with Generalized Focal Loss models: boxes with a class, one joint classification-and-quality score and an uncertainty for each edge.',
  'Problems are `application/problem+json` (RFC 9457); program against their `code`. Beside those listed at each path, an unknown path is 404 `not_found` and a wrong method 405 `method_not_allowed` with `Allow`.',
  'Send an `X-Request-Id` (letters, digits and `.:/+=@_-`, at most 128) to find the request in the log; otherwise it gets one.',
].join('\n\n');

/**
 * What the Swagger UI needs and nothing from elsewhere. The plugin's own policy upgrades to HTTPS, which leaves a blank page
 * wherever the service is reached over plain HTTP by another name than localhost.
 */
const UI_POLICY = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'connect-src': "'self'",
  'font-src': "'self' data:",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'img-src': "'self' data: blob:",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
};

/** The plugin's route of them. It would stream from the disk; what it is asked for is answered before it. */
const FILES = '/docs/static/*';
/** And its route of the description, which it would write anew for each request, 28 kB for those that wait behind an answer, too. */
const WRITTEN = '/docs/json';

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
    docs.addHook<{ Params: { '*': string } }>('onRequest', async (request, reply) => {
      const { url } = request.routeOptions;
      if (url === WRITTEN) {
        written ??= Buffer.from(JSON.stringify(app.swagger()));
        return reply.type('application/json; charset=utf-8').send(written);
      }
      if (url !== FILES) return;
      const file = await fileNamed(request.params['*']);
      if (file === undefined)
        throw new ServiceError('not_found', 'The Swagger UI has no such file; it starts at /docs/.');
      return sendFile(file, request, reply);
    });
    docs.register(swaggerUi, { routePrefix: '/docs', staticCSP: UI_POLICY, uiConfig: { validatorUrl: null } });
  });
}

/** `GET /openapi.yaml`. */
export function openapiRoute(app: App): void {
  app.get('/openapi.yaml', { schema: openapiRouteSchema }, async (_request, reply) => {
    reply.type('application/yaml');
    return app.swagger({ yaml: true });
  });
}
