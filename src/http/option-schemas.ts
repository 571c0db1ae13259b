import { MAX_DETECTIONS } from '../detector/contract.ts';
import { type TSchema, Type } from '../vendor/typebox.ts';

/** Defaults of the HTTP contract; where none is given here the manifest's holds. */
export const DEFAULT_SCORE_THRESHOLD = 0.25;
export const DEFAULT_MAX_DETECTIONS = 100;
export const INCLUDES = ['distribution', 'timings'] as const;

const Fraction = { minimum: 0, maximum: 1 };

interface OptionSchemas {
  /** As text, in a query or a form field. */
  text: TSchema;
  /** What a JSON body may hold beside that text. */
  json?: TSchema;
}

/** The options of a detection as openapi.yaml shows them; option-readers.ts reads them. */
export const OPTION_SCHEMAS = {
  score_threshold: {
    text: Type.Number({
      ...Fraction,
      default: DEFAULT_SCORE_THRESHOLD,
      description: 'Detections with a lower joint score are left out.',
    }),
  },
  class_thresholds: {
    text: Type.String({
      examples: ['person:0.5,car:0.3'],
      description: 'Score thresholds of single classes, by name or id; each replaces `score_threshold` for its class.',
    }),
    json: Type.Record(Type.String(), Type.Number(Fraction)),
  },
  iou_threshold: {
    text: Type.Number({
      ...Fraction,
      description:
        'Boxes of one class that overlap more are one object. Default: from the manifest of the model. Without effect where the graph of the model suppresses by itself.',
    }),
  },
  max_detections: {
    text: Type.Integer({
      minimum: 1,
      maximum: MAX_DETECTIONS,
      default: DEFAULT_MAX_DETECTIONS,
      description: 'At most this many detections, the ones with the highest score.',
    }),
  },
  classes: {
    text: Type.String({ examples: ['person,car,2'], description: 'Only these classes, by name or id. Default: all.' }),
    json: Type.Array(Type.Union([Type.String(), Type.Integer()]), { minItems: 1 }),
  },
  class_agnostic: {
    text: Type.Boolean({
      default: false,
      description:
        'Overlapping boxes of different classes are one object, too. `true`, `false`, `1` or `0`. Without effect where the graph of the model suppresses by itself.',
    }),
  },
  bands: {
    text: Type.Boolean({
      default: false,
      description:
        'On an annotated picture: a soft band along each edge, as wide as its uncertainty. `true`, `false`, `1` or `0`.',
    }),
  },
  model: {
    text: Type.String({
      description: 'Name of a model that `GET /models` lists. Default: the first of them.',
    }),
  },
  include: {
    text: Type.String({
      examples: ['timings', 'distribution,timings'],
      description:
        'Comma list of what the answer carries beside the detections: `distribution` (the probabilities behind each edge), `timings`.',
    }),
    json: Type.Array(Type.Enum([...INCLUDES])),
  },
} as const satisfies Record<string, OptionSchemas>;

export type OptionName = keyof typeof OPTION_SCHEMAS;
