import { servedModel, serverTiming, toAnswer } from './answer.ts';
import type { App, AppDeps } from './app-deps.ts';
import { clientOf } from './client.ts';
import { detectPicture } from './detect-picture.ts';
import { readOptions } from './options.ts';
import { readBatchForm } from './picture-form.ts';
import { toProblem, toServiceError } from './problem.ts';
import { queryOptions } from './query-options.ts';
import { detectBatchRouteSchema } from './route-schemas.ts';

/** `POST /detect/batch`: several pictures in, a result or a problem for each of them, in order. */
export function detectBatchRoute(app: App, deps: AppDeps): void {
  app.post('/detect/batch', { schema: detectBatchRouteSchema }, async (request, reply) => {
    const { trace } = request;
    const { maxImagesPerRequest } = deps.config;
    const contentType = request.headers['content-type'];
    const form = await readBatchForm(request.body as Buffer | undefined, contentType, maxImagesPerRequest);
    const wanted = readOptions([...queryOptions(request.query), ...form.options], deps.models);
    trace.model = wanted.model.manifest.name;

    const client = clientOf(request, reply);
    const outcomes = await Promise.allSettled(
      form.pictures.map(picture => detectPicture(deps, picture, wanted, client)),
    );

    trace.images = outcomes.length;
    trace.detections = 0;
    const totalMs = performance.now() - trace.startedAt;
    const results = outcomes.map(outcome => {
      if (outcome.status === 'rejected') {
        const error = toServiceError(outcome.reason);
        if (error.code === 'internal') trace.error = error;
        return toProblem(error, request.id);
      }
      const { result, queueMs } = outcome.value;
      trace.detections! += result.detections.length;
      const model = servedModel(deps.pool, wanted.model);
      return toAnswer(result, {
        requestId: request.id,
        model,
        queueMs,
        totalMs,
        includeTimings: wanted.includeTimings,
      });
    });
    reply.header('Server-Timing', serverTiming({}, totalMs));
    return { results };
  });
}
