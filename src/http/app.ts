import { maxHeaderSize } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { allowOrigins } from './allow-origins.ts';
import type { App, AppDeps } from './app-deps.ts';
import { askForBodyLate } from './ask-for-body-late.ts';
import { bufferBodies } from './buffer-bodies.ts';
import { checkHead, KEPT_LINES } from './check-head.ts';
import { createClientErrorHandler } from './client-error-handler.ts';
import { cutSlowReader } from './cut-slow-reader.ts';
import { deepstackRoutes } from './deepstack/routes.ts';
import { detectRoute } from './detect.ts';
import { detectBatchRoute } from './detect-batch.ts';
import { followConnections } from './follow-connections.ts';
import { healthRoutes } from './health.ts';
import { createKeyCheck, createKeyFinder } from './key-check.ts';
import { limitConnections } from './limit-connections.ts';
import { lostAfterUpgrade } from './lost-after-upgrade.ts';
import { metricsRoute } from './metrics-route.ts';
import { modelsRoute } from './models.ts';
import { inferRoutes } from './oip/infer.ts';
import { metadataRoutes } from './oip/metadata.ts';
import { isOpen } from './open-paths.ts';
import { describeRoutes, openapiRoute } from './openapi.ts';
import { pageRoutes } from './page.ts';
import { toServiceError } from './problem.ts';
import { refuseConnect } from './refuse-connect.ts';
import { refuseEarly } from './refuse-early.ts';
import { refuseRtsp } from './refuse-rtsp.ts';
import { refuseUnmatched } from './refuse-unmatched.ts';
import { requestId } from './request-id.ts';
import { traceRequest } from './request-trace.ts';
import { DetectionAnswerSchema, ProblemSchema } from './schemas.ts';
import { sendProblem } from './send-problem.ts';
import { setStandardHeaders } from './standard-headers.ts';
import { closeUnread } from './unread-body.ts';

/**
 * Builds the whole edge. Never listens: `service.ts` does, tests use `inject`.
 *
 * A request meets the `onRequest` hooks in the order in which they are added here: its trace, CORS, its head and key, then 404 and 405. A request
 * with pictures goes on to refuse-early.ts, buffer-bodies.ts, which reads its body, and its route. Every answer goes through `aboutToAnswer`.
 */
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
    // A name in a path is looked up however long it is; the head has its limit in bytes.
    routerOptions: { maxParamLength: maxHeaderSize },
    http: {
      headersTimeout: config.headersTimeoutMs,
      // Often: a crowd that came together is then cut in small parts, not in one go that everybody else waits for.
      connectionsCheckingInterval: 50,
      requireHostHeader: false, // refused below, as a problem
    },
    clientErrorHandler: (error, socket) => onClientError(error, socket), // made below: it needs the connections
    frameworkErrors: (error, request, reply) => {
      // No hook runs here.
      traceRequest(request, reply, metrics);
      aboutToAnswer(request, reply);
      fail(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.maxHeadersCount = KEPT_LINES;

  function aboutToAnswer(request: FastifyRequest, reply: FastifyReply): void {
    request.trace.answeredAt = performance.now();
    setStandardHeaders(request, reply);
    if (admission.leaving || lostAfterUpgrade(request.raw)) reply.header('Connection', 'close');
    cutSlowReader(reply.raw, config.sendTimeoutMs, () => {
      const fields = { timeout_ms: config.sendTimeoutMs };
      request.log.info(fields, 'the client did not take its answer in time, closed');
    });
  }

  app.addHook('onRequest', (request, reply, done) => {
    traceRequest(request, reply, metrics);
    if (admission.leaving) reply.header('Connection', 'close');
    done();
  });
  if (config.corsOrigins.length > 0) allowOrigins(app, config.corsOrigins);
  const checkKey = createKeyCheck(config.apiKeys);
  const findKey = createKeyFinder(config.apiKeys);
  app.addHook('onRequest', (request, reply, done) => {
    checkHead(request, reply);
    // A head that needs none may have one all the same: it is the same client as elsewhere.
    const key = isOpen(request.routeOptions.url) ? findKey(request.headers).key : checkKey(request.headers);
    request.clientId = key ?? request.ip;
    done();
  });
  refuseUnmatched(app);
  app.addHook('onSend', (request, reply, payload, done) => {
    aboutToAnswer(request, reply);
    done(null, closeUnread(request, reply, payload));
  });
  app.setErrorHandler(fail);
  askForBodyLate(app);
  const underWay = followConnections(app);
  const { sendTimeoutMs, maxConnections } = config;
  limitConnections(app.server, underWay, maxConnections, () => metrics.connectionsCut.inc());
  metrics.watchConnections(() => underWay.size);
  const onClientError = createClientErrorHandler({ metrics, log, underWay, sendTimeoutMs });
  refuseConnect(app.server, onClientError);
  refuseRtsp(app.server);

  app.addSchema(ProblemSchema).addSchema(DetectionAnswerSchema);
  describeRoutes(app);
  app.register(async routes => {
    healthRoutes(routes, deps);
    if (config.metricsPort === 0) metricsRoute(routes, deps);
    modelsRoute(routes, deps);
    openapiRoute(routes);
    metadataRoutes(routes, deps);
    if (deps.page !== undefined) pageRoutes(routes, deps.page);
  });
  app.register(async pictures => {
    pictures.addHook('onRequest', refuseEarly(deps));
    const room = bufferBodies(pictures, config, metrics);
    // The schemas of these routes describe; picture-form.ts and options.ts check, in sentences that name the option.
    pictures.setValidatorCompiler(() => () => true);
    detectRoute(pictures, deps, room);
    detectBatchRoute(pictures, deps);
    deepstackRoutes(pictures, deps);
    inferRoutes(pictures, deps, room);
  });
  return app;
}

function fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toServiceError(thrown);
  request.trace.error = error;
  sendProblem(error, request, reply);
}
