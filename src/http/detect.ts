import { servedModel, serverTiming, stageTimes, toAnswer } from './answer.ts';
import type { App, AppDeps } from './app-deps.ts';
import { clientSignal } from './client-signal.ts';
import { detectPicture } from './detect-picture.ts';
import { readOptions } from './options.ts';
import { readPictureForm } from './picture-form.ts';
import { queryOptions } from './query-options.ts';
import { detectRouteSchema } from './route-schemas.ts';
import type { DetectionAnswer } from './schemas.ts';

/** `POST /detect`: one picture in, its detections out. */
export function detectRoute(app: App, deps: AppDeps): void {
  app.post('/detect', { schema: detectRouteSchema }, async (request, reply): Promise<DetectionAnswer> => {
    const { trace } = request;
    const form = await readPictureForm(request.body as Buffer | undefined, request.headers['content-type']);
    const wanted = readOptions([...queryOptions(request.query), ...form.options], deps.models);
    trace.model = wanted.model.manifest.name;

    const { result, queueMs } = await detectPicture(deps, form.pictures[0]!, wanted, clientSignal(reply));

    trace.images = 1;
    trace.detections = result.detections.length;
    trace.stages = stageTimes(result, queueMs);
    const totalMs = performance.now() - trace.startedAt;
    reply.header('Server-Timing', serverTiming(trace.stages, totalMs));
    return toAnswer(result, {
      requestId: request.id,
      model: servedModel(deps.pool, wanted.model),
      queueMs,
      totalMs,
      includeTimings: wanted.includeTimings,
    });
  });
}
