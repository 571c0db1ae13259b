import type { App, AppDeps } from './app-deps.ts';
import { metricsRouteSchema } from './route-schemas.ts';

export function metricsRoute(app: App, { metrics: { registry } }: AppDeps): void {
  app.get('/metrics', { schema: metricsRouteSchema }, async (_request, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
}
