import { type Static, Type } from '../../vendor/typebox.ts';
import { DetectionsHeadSchema, GridHeadSchema } from './head-schema.ts';
import { closed, InputSchema, oneOf } from './input-schema.ts';

const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
/** A file of the model's own folder: no folders, nothing above it. */
const FileName = Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$' });
const Fraction = Type.Number({ minimum: 0, maximum: 1 });
const MaxDetections = Type.Integer({ minimum: 1, maximum: 1000 });

const SelfCheckSchema = Type.Object(
  {
    image: FileName,
    /** All detections of score 0.3 or more: [x1, y1, x2, y2] in pixels of the picture. */
    detections: Type.Array(
      Type.Object(
        { label: Type.String(), score: Fraction, box: Type.Array(Type.Number(), { minItems: 4, maxItems: 4 }) },
        closed,
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  closed,
);

const about = {
  name: Name,
  version: Type.String({ minLength: 1, maxLength: 64 }),
  license: Type.String({ minLength: 1 }),
  source: Type.String({ minLength: 1 }),
  labels: FileName,
  graph: Type.Object({ file: FileName, sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
  input: InputSchema,
  selfCheck: Type.Optional(SelfCheckSchema),
};

export const GridManifestSchema = Type.Object(
  {
    ...about,
    head: GridHeadSchema,
    candidates: Type.Object(
      {
        /** The threshold of the family's published evaluation; requests bring their own. */
        scoreThreshold: Fraction,
        /** At most this many a level (all levels together where the graph concatenates decoded boxes). */
        perLevel: Type.Integer({ minimum: 1, maximum: 100_000 }),
        /**
         * `all-classes`: every (point, class) pair over the threshold; `best-class`: only a point's best class (Ultralytics);
         * `max-class`: every class over the threshold of the perLevel points with the best classes (mmdetection 2.x).
         */
        rule: oneOf('all-classes', 'best-class', 'max-class'),
      },
      closed,
    ),
    nms: Type.Object(
      {
        iouThreshold: Fraction,
        /** The pixels in which boxes are compared: of the network input, or of the picture. */
        space: oneOf('input', 'original'),
        /** What boxes are clipped to before: the network input, the picture within it, or nothing. */
        clip: Type.Optional(oneOf('input', 'content', 'none')),
        maxDetections: MaxDetections,
      },
      closed,
    ),
  },
  closed,
);

export const DetectionsManifestSchema = Type.Object(
  {
    ...about,
    head: DetectionsHeadSchema,
    candidates: Type.Object({ scoreThreshold: Fraction }, closed),
    nms: Type.Object({ maxDetections: MaxDetections }, closed),
  },
  closed,
);

/** Of a graph that gives scores and boxes for every point of its grids, or of its list of candidates. */
export type GridManifest = Static<typeof GridManifestSchema>;
/** Of a graph that suppresses by itself. */
export type DetectionsManifest = Static<typeof DetectionsManifestSchema>;
/** What model.json says: everything of a model that its graph does not. */
export type Manifest = GridManifest | DetectionsManifest;
export type SelfCheck = Static<typeof SelfCheckSchema>;
