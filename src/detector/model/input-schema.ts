import { type Static, Type } from '../../vendor/typebox.ts';

const Side = Type.Integer({ minimum: 32, maximum: 4096 });
const PerChannel = Type.Tuple([Type.Number(), Type.Number(), Type.Number()], { description: 'three numbers' });
const PositivePerChannel = Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 3, maxItems: 3 });

export const closed = { additionalProperties: false };

export function oneOf<const Names extends string[]>(...names: [...Names]): Type.TEnum<Names> {
  return Type.Enum(names) as Type.TEnum<Names>;
}

/** How a picture becomes the network's size. */
const ResizeSchema = Type.Object(
  {
    /**
     * `stretch`: to width and height; `letterbox`: as large as fits, the rest is `pad`; `keep-ratio`: shortSide and longSide
     * bound the picture, and the network's size is that rounded up to input.dynamic.multipleOf.
     */
    fit: oneOf('stretch', 'letterbox', 'keep-ratio'),
    /** Where the picture lies when there is a rest. Default: `centre` in a letterbox, `top-left` with keep-ratio. */
    position: Type.Optional(oneOf('centre', 'top-left')),
    /**
     * The scale is at most min(longSide / longer, shortSide / shorter). With keep-ratio it is that, and both are needed; a letterbox may leave a margin by them
     * (YOLO-NAS: 636 in 640).
     */
    shortSide: Type.Optional(Side),
    longSide: Type.Optional(Side),
    /** `cubic` is OpenCV's, a = -0.75; it goes with half-pixel sampling. */
    interpolation: oneOf('bilinear', 'cubic'),
    /**
     * `corner`: pixel index to pixel index (cv2.warpPerspective, NanoDet, the default); `half-pixel`: pixel centre to pixel
     * centre (cv2.resize, everyone else).
     */
    sampling: Type.Optional(oneOf('corner', 'half-pixel')),
    /** Size of the resized picture: left fractional (`none`, NanoDet's warp and the default), or rounded to whole pixels. */
    rounding: Type.Optional(oneOf('none', 'round')),
    /** How boxes go back: by the rounded size of each axis, or by the one unrounded scale (Ultralytics). */
    boxScale: Type.Optional(oneOf('per-axis', 'single')),
    /** RGB, 0..255, before normalisation; or `mean`: 0 after normalisation. */
    pad: Type.Union([PerChannel, Type.Literal('mean')]),
  },
  closed,
);

export const InputSchema = Type.Object(
  {
    tensor: Type.String({ minLength: 1 }),
    /** Network size in pixels; for keep-ratio the size it is tried out with on load. */
    width: Side,
    height: Side,
    dynamic: Type.Optional(
      Type.Object(
        { batch: Type.Boolean(), spatial: Type.Boolean(), multipleOf: Type.Integer({ minimum: 1, maximum: 512 }) },
        closed,
      ),
    ),
    resize: ResizeSchema,
    colour: oneOf('rgb', 'bgr'),
    /** Multiplies the 0..255 value before mean and std: tensor = (value * scale - mean) / std, in the order of `colour`. */
    scale: Type.Number({ exclusiveMinimum: 0 }),
    mean: PerChannel,
    std: PositivePerChannel,
  },
  closed,
);

export type InputSpec = Static<typeof InputSchema>;
