import type { App, AppDeps } from '../app-deps.ts';
import { assertReady } from '../readiness.ts';
import { findVersion, type ModelParams } from './find-version.ts';
import { inputsOf, outputsOf } from './model-tensors.ts';

/** Kept in step with the package by a test. */
export const SERVER_VERSION = '0.1.0';

/**
 * The Open Inference Protocol v2 but for `infer`: https://github.com/kserve/open-inference-protocol,
 * specification/protocol/inference_rest.md. The bodies of the health routes are KServe's; Triton leaves them empty.
 */
export function metadataRoutes(app: App, { admission, pool, models }: AppDeps): void {
  const schema = { hide: true };

  app.get('/v2/health/live', { schema }, async () => ({ live: true }));
  app.get('/v2/health/ready', { schema }, async () => {
    assertReady(admission, pool);
    return { ready: true };
  });

  for (const path of ['/v2', '/v2/']) {
    app.get(path, { schema }, async () => {
      return { name: 'gfl-serve', version: SERVER_VERSION, extensions: ['binary_tensor_data'] };
    });
  }

  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version'] as const) {
    app.get<{ Params: ModelParams }>(path, { schema }, async ({ params }) => {
      const model = findVersion(params, models);
      const { name, version } = model.manifest;
      const loaded = pool.models.find(one => one.name === name);
      return {
        name,
        versions: [version],
        platform: 'onnxruntime_onnx',
        inputs: inputsOf(model, loaded),
        outputs: outputsOf(model),
      };
    });
    app.get<{ Params: ModelParams }>(`${path}/ready`, { schema }, async ({ params }) => {
      const { name } = findVersion(params, models).manifest;
      assertReady(admission, pool);
      return { name, ready: true };
    });
  }
}
