import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { PROBLEM_TYPE, toProblem } from './problem.ts';
import { SECURITY_HEADERS } from './standard-headers.ts';

/** What Node's HTTP parser refuses before there is a request, answered, logged and counted like everything else. */
export function createClientErrorHandler(metrics: Metrics, log: FastifyBaseLogger) {
  return (thrown: Error & { code?: string }, socket: Socket): void => {
    // Node itself looks there, too: once the head of an answer is out, nothing can be said any more.
    const { _httpMessage: inFlight } = socket as Socket & { _httpMessage?: ServerResponse };
    if (thrown.code === 'ECONNRESET' || !socket.writable || inFlight?.headersSent) {
      socket.destroy(thrown);
      return;
    }
    const problem = toProblem(explain(thrown.code), randomUUID());
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${problem.request_id}`,
      ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());

    metrics.httpRequests.inc({ route: 'unmatched', method: 'unknown', status: String(problem.status) });
    const { status, code, detail, request_id } = problem;
    log.info({ request_id, route: 'unmatched', status, code, detail, parser: thrown.code }, 'request');
  };
}

function explain(code: string | undefined): ServiceError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ServiceError('request_timeout', 'The request did not arrive in time.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ServiceError('invalid_request', 'The head of the request is larger than the 16 KiB that are accepted.');
  }
  return new ServiceError('invalid_request', 'The request is not valid HTTP.');
}
