import type { FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from './add-vary.ts';
import { servedModel, toAnswer } from './answer.ts';
import { type AnswerType, annotatedFormat, answerType } from './answer-type.ts';
import type { App, AppDeps } from './app-deps.ts';
import type { BodyRoom } from './buffer-bodies.ts';
import { clientOf } from './client.ts';
import { detectPicture } from './detect-picture.ts';
import { limitAnnotated } from './limit-annotated.ts';
import { noteDetected } from './note-detected.ts';
import { readOptions } from './options.ts';
import { readPictureForm } from './picture-form.ts';
import { queryOptions } from './query-options.ts';
import { detectRouteSchema } from './route-schemas.ts';
import type { DetectionAnswer } from './schemas.ts';

/** `POST /detect`: one picture in; its detections out, or the picture with them drawn on, as `Accept` says. */
export function detectRoute(app: App, deps: AppDeps, room: BodyRoom): void {
  const { onRequest, hold } = limitAnnotated(deps);

  app.post('/detect', { schema: detectRouteSchema, onRequest }, async (request, reply) => {
    const type = answerType(request.headers.accept);
    const work = () => detect(request, reply, type);
    return annotatedFormat(type) === undefined ? work() : hold(request.clientId, work);
  });

  async function detect(
    request: FastifyRequest,
    reply: FastifyReply,
    type: AnswerType,
  ): Promise<DetectionAnswer | Uint8Array> {
    const format = annotatedFormat(type);
    const body = request.body as Buffer | undefined;
    const form = await readPictureForm(body, request.headers['content-type'], bytes => room.holdMore(request, bytes));
    const wanted = readOptions([...queryOptions(request.query), ...form.options], deps.models);
    request.trace.model = wanted.model.manifest.name;

    const annotate = format && { format, bands: wanted.bands };
    const picture = form.pictures[0]!;
    const detected = await detectPicture(deps, picture, wanted, clientOf(request, reply), annotate && { annotate });
    // An engine has answered, so it has read all of it. Where anything was thrown before, the body may still be on its way into one.
    room.giveBack(body);

    const totalMs = noteDetected(request, reply, [detected]);
    const { result, queueMs } = detected;
    addVary(reply, 'Accept');
    if (annotate !== undefined) {
      if (result.annotated === undefined) throw new Error('This is a bug: an engine answered without the picture.');
      reply.type(type);
      return Buffer.from(result.annotated);
    }
    return toAnswer(result, {
      requestId: request.id,
      model: servedModel(deps.pool, wanted.model),
      queueMs,
      totalMs,
      includeTimings: wanted.includeTimings,
    });
  }
}
