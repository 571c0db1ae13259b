import type { App, AppDeps } from './app-deps.ts';
import { unavailable, unreadyReason } from './readiness.ts';
import { liveRouteSchema, readyRouteSchema } from './route-schemas.ts';

export function healthRoutes(app: App, { admission, pool }: AppDeps): void {
  app.get('/health/live', { schema: liveRouteSchema }, async () => ({ status: 'alive' }));

  app.get('/health/ready', { schema: readyRouteSchema }, async () => {
    const unready = unreadyReason(admission, pool);
    if (unready !== undefined) throw unavailable(unready);
    return { status: 'ready' };
  });
}
