import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceError } from '../errors.ts';
import type { Metrics, Stage } from '../metrics.ts';
import { traceContext } from './trace-context.ts';

/** What the log line and the metrics of one request are made of. */
export interface RequestTrace {
  readonly startedAt: number;
  /** When the answer was complete in memory; a slow reader or a lingering close comes after it. */
  answeredAt?: number;
  model?: string;
  images?: number;
  detections?: number;
  stages?: Partial<Record<Stage, number>>;
  error?: ServiceError;
  /**
   * Writes the log line and the metrics, the first time it is called. The end of the response calls it; only an answer that Fastify knows
   * nothing of (client-error-handler.ts) does so sooner.
   */
  finish(status: number): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    trace: RequestTrace;
  }
}

const requests = new WeakMap<ServerResponse, FastifyRequest>();

/** The request that a response belongs to; undefined where `traceRequest` was not called for it. */
export function tracedRequest(response: ServerResponse): FastifyRequest | undefined {
  return requests.get(response);
}

/** nginx's number for "the client closed the connection before the answer". */
const CLIENT_CLOSED = 499;

/**
 * Starts the record of a request and, once the answer is out or the client has gone, writes its log line and its metrics.
 * The response's own `close` is the one event that comes in every case.
 */
export function traceRequest(request: FastifyRequest, reply: FastifyReply, metrics: Metrics): void {
  const trace: RequestTrace = { startedAt: performance.now(), finish };
  let finished = false;
  request.trace = trace;
  requests.set(reply.raw, request);
  reply.raw.once('close', () => {
    const answered = trace.answeredAt !== undefined || reply.raw.writableEnded;
    trace.finish(answered ? reply.raw.statusCode : CLIENT_CLOSED);
  });

  function finish(status: number): void {
    if (finished) return;
    finished = true;
    const durationMs = (trace.answeredAt ?? performance.now()) - trace.startedAt;
    const route = request.routeOptions.url ?? 'unmatched';
    const labels = { route, method: request.method, status: String(status) };
    metrics.httpRequests.inc(labels);
    metrics.httpRequestDuration.observe(labels, durationMs / 1000);

    const { error, stages, model, images, detections } = trace;
    const fields = { route, method: request.method, status, duration_ms: round(durationMs) };
    const level = error?.code === 'internal' ? 'error' : isQuiet(route) ? 'debug' : 'info';
    request.log[level](
      {
        ...fields,
        ...traceContext(request.headers.traceparent),
        ...(error && {
          code: error.code,
          detail: error.message,
          ...(error.cause !== undefined && { err: error.cause }),
        }),
        ...(model !== undefined && { model, images, detections }),
        ...(stages && { stages_ms: Object.fromEntries(Object.entries(stages).map(([k, ms]) => [k, round(ms)])) }),
      },
      'request',
    );
  }
}

/** Probes, scrapes and the pieces of the page: many lines that nobody looks for. */
function isQuiet(route: string): boolean {
  return (
    route.startsWith('/health/') ||
    route.startsWith('/v2/health/') ||
    route === '/metrics' ||
    route.startsWith('/page/')
  );
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
