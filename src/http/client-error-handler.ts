import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { MAX_LINES } from './check-head.ts';
import { PROBLEM_TYPE, toProblem } from './problem.ts';
import { CONNECT } from './refuse-connect.ts';
import { tracedRequest } from './request-trace.ts';
import { type UnderWay, wasAnsweredEarly } from './responses-under-way.ts';
import { SECURITY_HEADERS } from './standard-headers.ts';

interface ClientErrorDeps {
  metrics: Metrics;
  log: FastifyBaseLogger;
  underWay: UnderWay;
  sendTimeoutMs: number;
}

/**
 * What Node's HTTP parser refuses before there is a request, answered, logged and counted like everything else. Whole
 * requests that came before it on its connection are answered first; then the connection ends.
 */
export function createClientErrorHandler({ metrics, log, underWay, sendTimeoutMs }: ClientErrorDeps) {
  const refused = new WeakSet<Socket>();

  return (thrown: Error & { code?: string }, socket: Socket): void => {
    const responses = underWay.get(socket) ?? new Set();
    const again = refused.has(socket); // Node reports every further piece of what it no longer reads
    refused.add(socket);
    // Who ends its side with answers due has gone, here as after a whole request.
    const gone = thrown.code === 'HPE_INVALID_EOF_STATE' && firstDue(responses) !== undefined;
    if (!socket.writable) {
      if (!again) socket.destroy(thrown); // else our own answer is on its way out
    } else if (gone || thrown.code === 'ECONNRESET') {
      socket.destroy(thrown);
    } else if (!again) {
      afterTheDue(responses, () => refuse(thrown, socket, responses));
    }
  };

  function refuse(thrown: Error & { code?: string }, socket: Socket, responses: ReadonlySet<ServerResponse>): void {
    if (!socket.writable) return; // gone, or closed by the answer before
    // What is left is the answer to the request that broke off: once its head is out, nothing can be said any more.
    if (wasAnsweredEarly(socket) || [...responses].some(({ headersSent }) => headersSent)) {
      socket.destroy(thrown);
      return;
    }
    const [broken] = responses;
    const request = broken && tracedRequest(broken);
    const error = explain(thrown.code);
    const problem = toProblem(error, request?.id ?? randomUUID());
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${problem.request_id}`,
      ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
      ...(problem.status === 405 ? ['Allow: '] : []), // RFC 9110, 15.5.6: no method works there
      'Connection: close',
    ];
    const timer = setTimeout(() => socket.destroy(), sendTimeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());

    const { status, code, detail, request_id } = problem;
    if (request !== undefined) {
      request.trace.error = error;
      request.trace.finish(status);
      return;
    }
    metrics.httpRequests.inc({ route: 'unmatched', method: 'unknown', status: String(status) });
    log.info({ request_id, route: 'unmatched', status, code, detail, parser: thrown.code }, 'request');
  }
}

/** The answers to whole requests; that to one that broke off is never waited for. */
function firstDue(responses: ReadonlySet<ServerResponse>): ServerResponse | undefined {
  return [...responses].find(({ req }) => req.complete);
}

function afterTheDue(responses: ReadonlySet<ServerResponse>, then: () => void): void {
  const due = firstDue(responses);
  if (due === undefined) then();
  else due.once('close', () => afterTheDue(responses, then));
}

function explain(code: string | undefined): ServiceError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ServiceError('request_timeout', 'The request did not arrive in time.');
  }
  if (code === CONNECT) {
    return new ServiceError('method_not_allowed', 'CONNECT does not work here: this is no proxy.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const accepted = `16 KiB in at most ${MAX_LINES} lines`;
    return new ServiceError('invalid_request', `The head of the request is larger than what is accepted: ${accepted}.`);
  }
  if (code === 'HPE_INVALID_EOF_STATE') {
    return new ServiceError('invalid_request', 'The request ended before it was whole.');
  }
  return new ServiceError('invalid_request', 'The request is not valid HTTP.');
}
