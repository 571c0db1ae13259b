import { setMaxListeners } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GIVEN_UP } from '../../admission/admission.ts';
import { ServiceError } from '../../errors.ts';
import { servedModel, toAnswer } from '../answer.ts';
import type { App, AppDeps } from '../app-deps.ts';
import type { BodyRoom } from '../buffer-bodies.ts';
import { type Client, clientOf } from '../client.ts';
import { type DetectedPicture, detectPicture } from '../detect-picture.ts';
import { noteDetected } from '../note-detected.ts';
import type { DetectionRequest } from '../options.ts';
import { createOwnTurns } from '../own-turns.ts';
import { toServiceError } from '../problem.ts';
import { quote } from '../quote.ts';
import { findVersion, type ModelParams } from './find-version.ts';
import { outputsOf } from './model-tensors.ts';
import { outputTensor } from './output-tensors.ts';
import { readParameters } from './read-parameters.ts';
import { type GivenPicture, readPictures } from './read-pictures.ts';
import { type InferRequest, readInferRequest } from './read-request.ts';
import { writeResponse } from './write-response.ts';

/** Bodies with more are read in a turn of the event loop of their own: 19 MB of numbers take half a second. */
const LONG_BYTES = 1024 * 1024;

/** `POST /v2/models/{model}[/versions/{version}]/infer`: pictures, or network input, in; decoded detections out. */
export function inferRoutes(app: App, deps: AppDeps, room: BodyRoom): void {
  const ownTurn = createOwnTurns();
  const infer = async (request: FastifyRequest<{ Params: ModelParams }>, reply: FastifyReply) => {
    const model = findVersion(request.params, deps.models);
    const { name, version, input } = model.manifest;
    request.trace.model = name;
    const body = request.body as Buffer | undefined;
    const client = clientOf(request, reply);
    if (body !== undefined && body.length > LONG_BYTES) {
      await ownTurn();
      if (client.signal.aborted) throw gone(deps);
    }
    const asked = readInferRequest(body, request.headers, bytes => room.holdMore(request, bytes));
    const outputs = chooseOutputs(asked, outputsOf(model));
    const wanted = readParameters(asked.parameters, model);
    const pictures = readPictures(asked.input, input.tensor, deps.config.maxImagesPerRequest);

    const results = await detectAll(deps, pictures, wanted, client);

    const totalMs = noteDetected(request, reply, results);
    const served = servedModel(deps.pool, model);
    const answers = results.map(({ result, queueMs }) =>
      toAnswer(result, { requestId: request.id, model: served, queueMs, totalMs, includeTimings: false }),
    );
    const written = writeResponse({
      modelName: name,
      modelVersion: version,
      id: asked.id,
      outputs: outputs.map(({ binary, ...output }) => ({ tensor: outputTensor(output, answers), binary })),
    });
    return reply.headers(written.headers).send(written.body);
  };

  for (const path of ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer']) {
    app.post<{ Params: ModelParams }>(path, { schema: { hide: true } }, infer);
  }
}

function chooseOutputs({ outputs, binaryOutputs }: InferRequest, all: ReturnType<typeof outputsOf>) {
  if (outputs === undefined || outputs.length === 0) return all.map(output => ({ ...output, binary: binaryOutputs }));
  return outputs.map(({ name, binary }) => {
    const output = all.find(one => one.name === name);
    if (output !== undefined) return { ...output, binary: binary ?? binaryOutputs };
    const names = all.map(one => one.name).join(', ');
    throw new ServiceError('invalid_request', `There is no output ${quote(name)}; there are ${names}.`);
  });
}

/** The protocol knows no answer for a part of the pictures: the first that fails fails all, and the others are given up. */
async function detectAll(
  deps: AppDeps,
  pictures: readonly GivenPicture[],
  wanted: DetectionRequest,
  { id, signal: gone }: Client,
): Promise<DetectedPicture[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([gone, stop.signal]);
  setMaxListeners(0, signal); // every picture listens
  try {
    return await Promise.all(
      pictures.map(async ({ bytes, tensor }, index) => {
        try {
          return await detectPicture(deps, bytes, wanted, { id, signal }, tensor && { tensor });
        } catch (thrown) {
          throw ofPicture(toServiceError(thrown), index, pictures.length);
        }
      }),
    );
  } catch (error) {
    stop.abort(GIVEN_UP);
    throw error;
  }
}

/** Nothing counts the memory of its body any more: it is not read. */
function gone({ metrics }: AppDeps): ServiceError {
  metrics.rejected.inc({ reason: 'client_gone' });
  return new ServiceError('unavailable', 'The client left before its picture was answered.');
}

function ofPicture(error: ServiceError, index: number, pictures: number): ServiceError {
  if (pictures === 1 || error.code === 'internal') return error;
  const { code, message, cause, retryAfterS } = error;
  return new ServiceError(code, `Picture ${index}: ${message}`, {
    cause,
    ...(retryAfterS !== undefined && { retryAfterS }),
  });
}
