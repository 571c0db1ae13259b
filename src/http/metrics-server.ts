import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import { SECURITY_HEADERS } from './standard-headers.ts';

/**
 * `GET /metrics` on a port of its own and nothing else: no key, for it is the port that is kept from clients. Never listens by
 * itself.
 */
export function createMetricsServer(registry: Registry): Server {
  const options = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 };
  return createServer(options, async (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const path = request.url?.split('?', 1)[0];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (path !== '/metrics' || !isRead) {
      // Whatever was sent with it is not read.
      response.writeHead(path === '/metrics' ? 405 : 404, { Connection: 'close' }).end();
      return;
    }
    try {
      const text = await registry.metrics();
      response.writeHead(200, { 'Content-Type': registry.contentType, 'Content-Length': Buffer.byteLength(text) });
      response.end(request.method === 'HEAD' ? undefined : text);
    } catch {
      response.writeHead(500).end();
    }
  });
}
