import type { App, AppDeps } from './app-deps.ts';
import { assertReady } from './readiness.ts';
import { liveRouteSchema, readyRouteSchema } from './route-schemas.ts';

export function healthRoutes(app: App, { admission, pool }: AppDeps): void {
  app.get('/health/live', { schema: liveRouteSchema }, async () => ({ status: 'alive' }));

  app.get('/health/ready', { schema: readyRouteSchema }, async () => {
    assertReady(admission, pool);
    const { ready, busy, ...others } = pool.states();
    const serving = ready + busy;
    const configured = serving + others.starting + others.stopped;
    return { status: 'ready', engines: { serving, configured, crash_looping: pool.crashLooping() } };
  });
}
