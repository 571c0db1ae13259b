import { type IncomingMessage, METHODS, type Server } from 'node:http';

/**
 * Node's parser reads RTSP, too. Fastify's router does not know the methods that RTSP alone has and takes them for a bug of its own: no hook runs,
 * and the log says so. So they go on as a GET of a version that check-head.ts refuses. OPTIONS, GET and POST of RTSP come as HTTP/1.0, and are
 * answered as such: the parser does not say which it was.
 */
export function refuseRtsp(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    if (METHODS.includes(request.method ?? '')) return;
    request.method = 'GET';
    request.httpVersion = 'RTSP';
  });
}
