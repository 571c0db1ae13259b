import type { App, AppDeps } from './app-deps.ts';
import { metricsRouteSchema } from './route-schemas.ts';
import { sharedRendering } from './shared-rendering.ts';

export function metricsRoute(app: App, { metrics: { registry } }: AppDeps): void {
  const render = sharedRendering(registry);
  app.get('/metrics', { schema: metricsRouteSchema }, async (_request, reply) => {
    const text = await render();
    return reply.type(registry.contentType).send(text);
  });
}
