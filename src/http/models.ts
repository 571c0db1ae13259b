import type { App, AppDeps } from './app-deps.ts';
import { modelsRouteSchema } from './route-schemas.ts';
import type { ModelList } from './schemas.ts';

export function modelsRoute(app: App, { models, pool }: AppDeps): void {
  app.get(
    '/models',
    { schema: modelsRouteSchema },
    async (): Promise<ModelList> => ({
      models: models.map(({ manifest, labels }, index) => {
        const { name, version, license, source, input } = manifest;
        const loaded = pool.models.find(one => one.name === name);
        return {
          ...{ name, version, default: index === 0, license, source },
          ...(loaded && { provider: loaded.provider, sha256: loaded.sha256 }),
          input: { width: input.width, height: input.height, ...(loaded && { shape: loaded.inputShape }) },
          labels: [...labels],
        };
      }),
    }),
  );
}
