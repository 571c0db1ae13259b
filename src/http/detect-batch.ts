import { servedModel, serverTiming, toAnswer } from './answer.ts';
import type { App, AppDeps } from './app-deps.ts';
import { clientOf } from './client.ts';
import { detectPicture } from './detect-picture.ts';
import { readOptions } from './options.ts';
import { createOwnTurns } from './own-turns.ts';
import { readBatchForm } from './picture-form.ts';
import { toProblem, toServiceError } from './problem.ts';
import { queryOptions } from './query-options.ts';
import { AnswerRef, ProblemRef } from './route-responses.ts';
import { detectBatchRouteSchema } from './route-schemas.ts';

/** Results with more take a turn of the event loop for themselves: a thousand, with distributions, take 20 ms to be said in JSON. */
const FEW_DETECTIONS = 100;
/** The same objects each time: Fastify compiles them once. */
const [ANSWER, PROBLEM] = [{ ...AnswerRef }, { ...ProblemRef }];

/** `POST /detect/batch`: several pictures in, a result or a problem for each of them, in order. */
export function detectBatchRoute(app: App, deps: AppDeps): void {
  const ownTurn = createOwnTurns();
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
    const said = (value: object, schema: Record<string, unknown>) => reply.serializeInput({ ...value }, schema);
    const results: string[] = [];
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        const error = toServiceError(outcome.reason);
        if (error.code === 'internal') trace.error = error;
        results.push(said(toProblem(error, request.id), PROBLEM));
        continue;
      }
      const { result, queueMs } = outcome.value;
      if (result.detections.length > FEW_DETECTIONS) await ownTurn();
      trace.detections! += result.detections.length;
      const model = servedModel(deps.pool, wanted.model);
      const { includeTimings } = wanted;
      const answer = toAnswer(result, { requestId: request.id, model, queueMs, totalMs, includeTimings });
      results.push(said(answer, ANSWER));
    }
    reply.header('Server-Timing', serverTiming({}, totalMs));
    return reply.type('application/json; charset=utf-8').send(`{"results":[${results.join(',')}]}`);
  });
}
