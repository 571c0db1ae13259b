import { INPUT_SHAPES, PROVIDERS } from '../detector/contract.ts';
import { STAGES } from '../metrics.ts';
import { type Static, type TProperties, Type } from '../vendor/typebox.ts';
import { PROBLEMS } from './problem.ts';

/** Under these names the schemas are in Fastify and in openapi.yaml. */
export const ANSWER_ID = 'DetectionAnswer';
export const PROBLEM_ID = 'Problem';

const closed = { additionalProperties: false };
const object = <T extends TProperties>(properties: T, description?: string) =>
  Type.Object(properties, description === undefined ? closed : { ...closed, description });
const pixels = (description?: string) => Type.Number(description === undefined ? {} : { description });
const provider = Type.Enum([...PROVIDERS]);

const RequestId = Type.String({ description: 'The X-Request-Id that was sent, else a new one. The log has it, too.' });

const Box = object(
  { x1: pixels(), y1: pixels(), x2: pixels(), y2: pixels() },
  'Pixels of the upright picture, from its top left corner.',
);

const Uncertainty = object(
  { left: pixels(), top: pixels(), right: pixels(), bottom: pixels() },
  'Standard deviation of each edge in pixels of the upright picture; where the border cuts the box off, of the edge as predicted. Absent when the model predicts no distribution.',
);

const Bins = Type.Array(Type.Number({ minimum: 0, maximum: 1 }));
const Point = object({ x: pixels(), y: pixels() });
const Distribution = object(
  { left: Bins, top: Bins, right: Bins, bottom: Bins, origin: Point, bin_size: Point },
  'The general distribution: for each edge the probability of every bin. Bin i lies i * bin_size from the origin, outwards. Only with include=distribution.',
);

const Detection = object({
  class_id: Type.Integer({ minimum: 0 }),
  label: Type.String(),
  score: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'Joint classification-and-quality score: the predicted IoU of the box with its object.',
  }),
  box: Box,
  uncertainty: Type.Optional(Uncertainty),
  distribution: Type.Optional(Distribution),
});

const milliseconds = Type.Number({ minimum: 0 });
/** The stages of an answer in JSON: nothing is drawn for it. */
const JSON_STAGES = STAGES.filter(stage => stage !== 'annotate');
const Timings = object(
  { ...(Object.fromEntries(JSON_STAGES.map(stage => [stage, milliseconds])) as StageNumbers), total: milliseconds },
  'Milliseconds in each stage, and from the head of the request to its answer. Only with include=timings.',
);
type StageNumbers = Record<(typeof JSON_STAGES)[number], typeof milliseconds>;

export const DetectionAnswerSchema = Type.Object(
  {
    request_id: RequestId,
    model: object({ name: Type.String(), version: Type.String(), provider }),
    image: object(
      { width: Type.Integer({ minimum: 1 }), height: Type.Integer({ minimum: 1 }) },
      'Size of the upright picture: EXIF orientation is applied.',
    ),
    detections: Type.Array(Detection, { description: 'Highest score first.' }),
    timings_ms: Type.Optional(Timings),
  },
  { ...closed, $id: ANSWER_ID },
);
export type DetectionAnswer = Static<typeof DetectionAnswerSchema>;

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:problem-type:gfl-serve: and the code.' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'What was wrong with this request, as a sentence.' }),
    code: Type.Enum(Object.keys(PROBLEMS), { description: 'The stable name to program against.' }),
    request_id: RequestId,
  },
  { ...closed, $id: PROBLEM_ID, description: 'RFC 9457 problem details.' },
);

const ModelSchema = object({
  name: Type.String(),
  version: Type.String(),
  default: Type.Boolean({ description: 'Answers requests that name no model.' }),
  license: Type.String(),
  source: Type.String(),
  provider: Type.Optional(Type.Enum([...PROVIDERS], { description: 'Absent until it is warm.' })),
  sha256: Type.Optional(Type.String({ description: 'Of the graph. Absent until it is warm.' })),
  input: object(
    {
      width: Type.Integer(),
      height: Type.Integer(),
      shape: Type.Optional(
        Type.Enum([...INPUT_SHAPES], {
          description: 'Whether every picture gets this size, or only what it covers of it. Absent until it is warm.',
        }),
      ),
    },
    'Nominal size of the network input.',
  ),
  labels: Type.Array(Type.String(), { description: 'The class id is the index.' }),
});
export const ModelListSchema = object({ models: Type.Array(ModelSchema) });
export type ModelList = Static<typeof ModelListSchema>;

export const StatusSchema = object({ status: Type.String() });
export const ReadySchema = object({
  status: Type.String(),
  engines: object({
    serving: Type.Integer({ description: 'Engines that take pictures now.' }),
    configured: Type.Integer(),
    crash_looping: Type.Integer({ description: 'Engines that die again and again; each start waits longer.' }),
  }),
});
