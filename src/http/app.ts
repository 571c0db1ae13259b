import type { IncomingMessage } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { createKeyCheck } from './api-key.ts';
import type { App, AppDeps } from './app-deps.ts';
import { createClientErrorHandler } from './client-error.ts';
import { detectRoute } from './detect.ts';
import { detectBatchRoute } from './detect-batch.ts';
import { askForBodyLate } from './expect-continue.ts';
import { healthRoutes } from './health.ts';
import { metricsRoute } from './metrics-route.ts';
import { modelsRoute } from './models.ts';
import { describeRoutes, openapiRoute } from './openapi.ts';
import { toServiceError } from './problem.ts';
import { readBody } from './read-body.ts';
import { refuseEarly } from './refuse-early.ts';
import { refuseUnmatched } from './refuse-unmatched.ts';
import { requestId } from './request-id.ts';
import { traceRequest } from './request-trace.ts';
import { DetectionAnswerSchema, ProblemSchema } from './schemas.ts';
import { sendProblem } from './send-problem.ts';

/** Builds the whole edge. Never listens: `main.ts` does, tests use `inject`. */
export function buildApp(deps: AppDeps): App {
  const { config, metrics, admission, log } = deps;
  const app: App = Fastify({
    loggerInstance: log,
    // request-trace.ts writes the one line of each request.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: requestId,
    return503OnClosing: false, // refuse-early.ts does it, as a problem
    keepAliveTimeout: config.keepAliveTimeoutMs,
    // Comes after our own limit on the body, which can still answer with the request's id.
    requestTimeout: config.headersTimeoutMs + config.bodyTimeoutMs,
    http: { headersTimeout: config.headersTimeoutMs, connectionsCheckingInterval: 500 },
    clientErrorHandler: createClientErrorHandler(metrics, log),
    frameworkErrors: (error, request, reply) => {
      traceRequest(request, reply, metrics);
      fail(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  const checkKey = createKeyCheck(config.apiKeys);
  app.addHook('onRequest', async (request, reply) => {
    traceRequest(request, reply, metrics);
    if (!request.url.startsWith('/health/')) checkKey(request.headers);
  });
  refuseUnmatched(app);
  app.addHook('onSend', async (request, reply) => {
    request.trace.answeredAt = performance.now();
    reply.header('X-Request-Id', request.id).header('X-Content-Type-Options', 'nosniff');
    if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store');
    if (admission.draining) reply.header('Connection', 'close');
  });
  app.setErrorHandler(fail);
  askForBodyLate(app);

  app.addSchema(ProblemSchema).addSchema(DetectionAnswerSchema);
  describeRoutes(app);
  app.register(async routes => {
    healthRoutes(routes, deps);
    metricsRoute(routes, deps);
    modelsRoute(routes, deps);
    openapiRoute(routes);
  });
  app.register(async pictures => {
    // Every body is read into one bounded buffer, whatever it says it is.
    pictures.removeAllContentTypeParsers();
    const limits = { maxBytes: config.maxBodyBytes, timeoutMs: config.bodyTimeoutMs };
    pictures.addContentTypeParser('*', async (_request: unknown, payload: IncomingMessage) =>
      readBody(payload, limits),
    );
    // The schemas of these routes describe; picture-form.ts and options.ts check, in sentences that name the option.
    pictures.setValidatorCompiler(() => () => true);
    pictures.addHook('onRequest', refuseEarly(deps));
    detectRoute(pictures, deps);
    detectBatchRoute(pictures, deps);
  });
  return app;
}

function fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toServiceError(thrown);
  request.trace.error = error;
  sendProblem(error, request, reply);
}
