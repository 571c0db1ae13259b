import Type, { type Static } from 'typebox';

const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
/** A file of the model's own folder: no folders, nothing above it. */
const FileName = Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$' });
const Fraction = Type.Number({ minimum: 0, maximum: 1 });
const Side = Type.Integer({ minimum: 32, maximum: 4096 });
const PerChannel = Type.Tuple([Type.Number(), Type.Number(), Type.Number()]);
const PositivePerChannel = Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 3, maxItems: 3 });

const closed = { additionalProperties: false };

export const ResizeSchema = Type.Object(
  {
    /** Keep the aspect ratio, fill the rest of the input with `pad`. */
    fit: Type.Literal('letterbox'),
    position: Type.Literal('centre'),
    interpolation: Type.Literal('bilinear'),
    /**
     * Where the coordinate 0 of the resize lies: `corner` maps pixel index to pixel index (cv2.warpPerspective, NanoDet),
     * without the half-pixel shift of cv2.resize.
     */
    sampling: Type.Literal('corner'),
    /** RGB, 0..255, before normalisation. */
    pad: PerChannel,
  },
  closed,
);

export const HeadSchema = Type.Object(
  {
    /** Pixels of the network input per cell, one entry a level. */
    strides: Type.Array(Type.Integer({ minimum: 1, maximum: 512 }), { minItems: 1, maxItems: 8 }),
    /** Bins of each edge's distribution, 0..bins-1 (reg_max + 1 in GFL). */
    bins: Type.Integer({ minimum: 2, maximum: 64 }),
    /** Prior centre = (cell index + priorOffset) * stride. */
    priorOffset: Type.Number({ minimum: -1, maximum: 1 }),
    /** Whether the graph applies the sigmoid itself (`probability`) or leaves it to us (`logit`). */
    scores: Type.Union([Type.Literal('probability'), Type.Literal('logit')]),
    /** `logits` of the distribution, sides l, t, r, b, each with its bins. */
    boxes: Type.Literal('logits'),
    outputs: Type.Array(
      Type.Object(
        { stride: Type.Integer(), scores: Type.String({ minLength: 1 }), boxes: Type.String({ minLength: 1 }) },
        closed,
      ),
      { minItems: 1, maxItems: 8 },
    ),
  },
  closed,
);

export const SelfCheckSchema = Type.Object(
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

export const ManifestSchema = Type.Object(
  {
    name: Name,
    version: Type.String({ minLength: 1, maxLength: 64 }),
    license: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1 }),
    labels: FileName,
    graph: Type.Object({ file: FileName, sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
    input: Type.Object(
      {
        tensor: Type.String({ minLength: 1 }),
        width: Side,
        height: Side,
        dynamic: Type.Optional(
          Type.Object(
            {
              batch: Type.Boolean(),
              spatial: Type.Boolean(),
              multipleOf: Type.Integer({ minimum: 1, maximum: 512 }),
            },
            closed,
          ),
        ),
        resize: ResizeSchema,
        colour: Type.Union([Type.Literal('rgb'), Type.Literal('bgr')]),
        /** Multiplies the 0..255 value before mean and std: tensor = (value * scale - mean) / std, in the order of `colour`. */
        scale: Type.Number({ exclusiveMinimum: 0 }),
        mean: PerChannel,
        std: PositivePerChannel,
      },
      closed,
    ),
    head: HeadSchema,
    candidates: Type.Object(
      {
        /** The threshold of the family's published evaluation; requests bring their own. */
        scoreThreshold: Fraction,
        perLevel: Type.Integer({ minimum: 1, maximum: 100_000 }),
        /** `all-classes`: every (point, class) pair over the threshold is a candidate. */
        rule: Type.Literal('all-classes'),
      },
      closed,
    ),
    nms: Type.Object(
      {
        iouThreshold: Fraction,
        /** Boxes are compared after clipping to the network input. */
        space: Type.Literal('input'),
        maxDetections: Type.Integer({ minimum: 1, maximum: 1000 }),
      },
      closed,
    ),
    selfCheck: Type.Optional(SelfCheckSchema),
  },
  closed,
);

export type Manifest = Static<typeof ManifestSchema>;
export type SelfCheck = Static<typeof SelfCheckSchema>;
