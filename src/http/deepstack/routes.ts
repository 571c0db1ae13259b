import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../../errors.ts';
import { servedModel } from '../answer.ts';
import type { App, AppDeps } from '../app-deps.ts';
import { clientOf } from '../client.ts';
import { detectPicture } from '../detect-picture.ts';
import { createKeyCheck } from '../key-check.ts';
import { noteDetected } from '../note-detected.ts';
import { readOptions } from '../options.ts';
import { type DeepstackAnswer, toDeepstackAnswer } from './answer.ts';
import { type DeepstackForm, readForm } from './read-form.ts';

/**
 * The object detection of DeepStack and CodeProject.AI: what Home Assistant, Blue Iris and Frigate call. Errors have the
 * status of every other route and `{success: false, error}` (error-body.ts).
 */
export function deepstackRoutes(app: App, deps: AppDeps): void {
  const checkKey = createKeyCheck(deps.config.apiKeys);
  const schema = { hide: true };

  /** The key may be in the form: only then the whole body has to be read before it is refused. */
  async function open(request: FastifyRequest): Promise<DeepstackForm> {
    const { body, headers } = request;
    const form = await readForm(body as Buffer | undefined, headers['content-type']);
    request.clientId = checkKey(headers, form.apiKey || undefined) ?? request.clientId;
    return form;
  }

  async function detect(request: FastifyRequest, reply: FastifyReply, model?: string): Promise<DeepstackAnswer> {
    const { image, minConfidence } = await open(request);
    if (image === undefined) {
      throw new ServiceError(
        'invalid_request',
        'No valid image file found: send multipart/form-data with a part "image".',
      );
    }
    const options = [{ name: 'score_threshold', value: minConfidence }];
    const wanted = readOptions(
      model === undefined ? options : [...options, { name: 'model', value: model }],
      deps.models,
    );
    request.trace.model = wanted.model.manifest.name;

    const detected = await detectPicture(deps, image, wanted, clientOf(request, reply));

    const totalMs = noteDetected(request, reply, [detected]);
    return toDeepstackAnswer(detected.result, servedModel(deps.pool, wanted.model), totalMs);
  }

  app.post('/v1/vision/detection', { schema }, (request, reply) => detect(request, reply));

  // Blue Iris asks for the names first.
  app.post('/v1/vision/custom/list', { schema }, async request => {
    await open(request);
    return { success: true, models: deps.models.map(({ manifest }) => manifest.name) };
  });

  app.post<{ Params: { model: string } }>('/v1/vision/custom/:model', { schema }, (request, reply) =>
    detect(request, reply, request.params.model),
  );
}
