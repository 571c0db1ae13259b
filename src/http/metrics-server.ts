import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import { cutSlowReader } from './cut-slow-reader.ts';
import { limitConnections } from './limit-connections.ts';
import { responsesUnderWay } from './responses-under-way.ts';
import { sharedRendering } from './shared-rendering.ts';
import { SECURITY_HEADERS } from './standard-headers.ts';

/** Scrapers are few. One more takes the place of another, by address: see limit-connections.ts. */
const MAX_CONNECTIONS = 64;

/**
 * `GET /metrics` on a port of its own and nothing else: no key, for it is the port that is kept from clients. Never listens by
 * itself.
 */
export function createMetricsServer(
  registry: Pick<Registry, 'metrics' | 'contentType'>,
  { sendTimeoutMs }: { sendTimeoutMs: number },
): Server {
  const server = createServer({ headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 });
  server.maxHeadersCount = 0;
  limitConnections(server, responsesUnderWay(server), MAX_CONNECTIONS);
  const render = sharedRendering(registry);

  server.on('request', async (request, response) => {
    if (request.socket.destroyed) return; // cut, and what it had sent ahead is still handed out
    cutSlowReader(response, sendTimeoutMs);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const path = request.url?.split('?', 1)[0];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (path !== '/metrics' || !isRead) {
      // Whatever was sent with it is not read.
      if (path === '/metrics') response.writeHead(405, { Allow: 'GET, HEAD', Connection: 'close' }).end();
      else response.writeHead(404, { Connection: 'close' }).end();
      return;
    }
    try {
      const text = await render();
      response.writeHead(200, { 'Content-Type': registry.contentType, 'Content-Length': text.length });
      response.end(request.method === 'HEAD' ? undefined : text);
    } catch {
      response.writeHead(500).end();
    }
  });
  return server;
}
