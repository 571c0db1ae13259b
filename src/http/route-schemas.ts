import { type TSchema, Type } from '../vendor/typebox.ts';
import { OPTION_SCHEMAS } from './option-schemas.ts';
import {
  AnswerRef,
  annotatedToo,
  ProblemRef,
  problems,
  SERVER_TIMING,
  success,
  TOTAL_TIMING,
} from './route-responses.ts';
import { ModelListSchema, ReadySchema, StatusSchema } from './schemas.ts';

const EXAMPLE_ANSWER = {
  request_id: '0b9c0b0e-6c07-4f0e-9f0b-1f6a2f1f7b11',
  model: { name: 'nanodet-g', version: '1', provider: 'cpu' },
  image: { width: 640, height: 480 },
  detections: [
    {
      class_id: 0,
      label: 'person',
      score: 0.87123,
      box: { x1: 10.21, y1: 33, x2: 120.5, y2: 300.1 },
      uncertainty: { left: 1.2, top: 0.94, right: 4.8, bottom: 2 },
    },
  ],
};

const picture = (description: string) =>
  Type.Unsafe<unknown>({ type: 'string', contentMediaType: 'application/octet-stream', description });

const textOptions = mapOptions(option => Type.Optional(option.text));
const jsonOptions = mapOptions(({ text, json }) => Type.Optional(json ? Type.Union([text, json]) : text));
const Options = Type.Object(textOptions, { additionalProperties: false });

const closed = { additionalProperties: false };
const FormBody = Type.Object(
  { image: picture('One picture. Any single file part is taken, whatever its name.'), ...textOptions },
  closed,
);
const BatchBody = Type.Object(
  { image: Type.Array(picture('One picture a part.'), { minItems: 1 }), ...textOptions },
  closed,
);
const JsonBody = Type.Object(
  {
    image: Type.Unsafe<unknown>({
      type: 'string',
      contentEncoding: 'base64',
      description: 'The picture in base64, with or without a data: prefix.',
    }),
    ...jsonOptions,
  },
  closed,
);
const RawBody = picture('The bytes of the picture. They decide its format, the declared type does not.');

const everyPictureProblem = problems(
  ...(['invalid_request', 'unauthorized', 'not_found', 'request_timeout', 'payload_too_large'] as const),
  ...(['unsupported_media_type', 'unprocessable_image', 'overloaded', 'internal', 'unavailable'] as const),
  'deadline_exceeded',
);

export const detectRouteSchema = {
  operationId: 'detect',
  tags: ['detection'],
  summary: 'Detects objects in one picture',
  description:
    'JPEG, PNG and WebP always; AVIF, GIF (first frame) and TIFF where configured. `Accept: image/jpeg`, `image/png` or `image/webp` gives the picture with the detections drawn on it, upright and in full size; without an `Accept` header, or with the one that Java sends by itself, the answer is JSON. Options go into the query, the form fields or the JSON body; each at most once.',
  querystring: Options,
  body: {
    content: {
      'multipart/form-data': { schema: FormBody },
      'image/*': { schema: RawBody },
      'application/octet-stream': { schema: RawBody },
      'application/json': { schema: JsonBody },
    },
  },
  response: {
    ...annotatedToo(success('The detections.', AnswerRef, 'application/json', SERVER_TIMING, EXAMPLE_ANSWER)),
    ...everyPictureProblem,
  },
};

export const detectBatchRouteSchema = {
  operationId: 'detectBatch',
  tags: ['detection'],
  summary: 'Detects objects in several pictures',
  description:
    'At most `MAX_IMAGES_PER_REQUEST` (16) pictures. The options hold for all of them; one that fails does not fail the others. The answer is always JSON, so `bands` changes nothing.',
  querystring: Options,
  body: { content: { 'multipart/form-data': { schema: BatchBody } } },
  response: {
    ...success(
      'A result or a problem for each picture, in order.',
      Type.Object({ results: Type.Array(Type.Union([AnswerRef, ProblemRef])) }, closed),
      'application/json',
      TOTAL_TIMING,
    ),
    ...everyPictureProblem,
  },
};

export const modelsRouteSchema = {
  operationId: 'listModels',
  tags: ['models'],
  summary: 'Lists the models that are served',
  response: { ...success('The models; the default one is first.', ModelListSchema), ...problems('unauthorized') },
};

/** Probes are open to everyone. */
const noKey = (): { [scheme: string]: string[] }[] => [{}];

export const liveRouteSchema = {
  operationId: 'live',
  tags: ['health'],
  summary: 'Answers while the event loop turns',
  security: noKey(),
  response: success('Alive.', StatusSchema),
};

export const readyRouteSchema = {
  operationId: 'ready',
  tags: ['health'],
  summary: 'Says whether pictures are taken',
  description: 'Ready when every model is warm and at least one engine is alive. Does not depend on the queue.',
  security: noKey(),
  response: { ...success('Ready.', ReadySchema), ...problems('unavailable') },
};

export const metricsRouteSchema = {
  operationId: 'metrics',
  tags: ['operation'],
  summary: 'Prometheus metrics',
  response: { ...success('The metrics.', Type.String(), 'text/plain'), ...problems('unauthorized') },
};

export const openapiRouteSchema = {
  operationId: 'openapi',
  tags: ['operation'],
  summary: 'This contract',
  response: { ...success('OpenAPI 3.1.', Type.String(), 'application/yaml'), ...problems('unauthorized') },
};

type OptionTable = typeof OPTION_SCHEMAS;

function mapOptions(
  change: (option: { text: TSchema; json?: TSchema }) => TSchema,
): Record<keyof OptionTable, TSchema> {
  const entries = Object.entries(OPTION_SCHEMAS).map(([name, option]) => [name, change(option)] as const);
  return Object.fromEntries(entries) as Record<keyof OptionTable, TSchema>;
}
