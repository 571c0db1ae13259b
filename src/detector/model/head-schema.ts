import { type Static, Type } from '../../vendor/typebox.ts';
import { closed, oneOf } from './input-schema.ts';

const OutputName = Type.String({ minLength: 1 });
const Stride = Type.Integer({ minimum: 1, maximum: 512 });

/** A head that answers for every point of a grid: what GFL is, in all its exports. */
export const GridHeadSchema = Type.Object(
  {
    /**
     * Pixels of the network input per cell, one entry a level, in the order of concatenation. Needed but for `xyxy` and
     * `cxcywh`, and so is priorOffset.
     */
    strides: Type.Optional(Type.Array(Stride, { minItems: 1, maxItems: 8 })),
    /** Prior centre = (cell index + priorOffset) * stride; `(stride-1)/2` is in pixels (NanoDet v0.0.x). */
    priorOffset: Type.Optional(
      Type.Union([
        Type.Number({ minimum: -1, maximum: 1, description: 'a number from -1 to 1' }),
        Type.Literal('(stride-1)/2'),
      ]),
    ),
    /** Whether the graph applies the sigmoid itself (`probability`) or leaves it to us (`logit`). */
    scores: oneOf('probability', 'logit'),
    /**
     * Sides in the order left, top, right, bottom. `logits`: of the distributions; `distances`: their integral, taken in the
     * graph, in strides; `xyxy`, `cxcywh`: boxes in pixels of the network input.
     */
    boxes: oneOf('logits', 'distances', 'xyxy', 'cxcywh'),
    /** With `logits`: bins of each side, 0..bins-1 (reg_max + 1 in GFL, reg_max in Ultralytics). */
    bins: Type.Optional(Type.Integer({ minimum: 2, maximum: 64 })),
    /** (batch, points, channels), or (batch, channels, rows, columns), or (batch, channels, points). */
    layout: Type.Optional(oneOf('points-first', 'channels-first')),
    /** Of the channels where scores and boxes share a tensor; needed with `fused`. */
    order: Type.Optional(oneOf('scores-first', 'boxes-first')),
    /**
     * With `stride`, one entry a level; without, one entry for all levels. Either a tensor of scores and one of boxes, or one
     * `fused` tensor of both. Names may be left out: the tensors are then found by their shapes (one fused tensor an entry
     * when `order` is given).
     */
    outputs: Type.Array(
      Type.Object(
        {
          stride: Type.Optional(Stride),
          scores: Type.Optional(OutputName),
          boxes: Type.Optional(OutputName),
          fused: Type.Optional(OutputName),
        },
        closed,
      ),
      { minItems: 1, maxItems: 8 },
    ),
  },
  closed,
);

/** A head with the suppression inside: (batch, n, 5) x1 y1 x2 y2 score, input pixels, and (batch, n) class ids. */
export const DetectionsHeadSchema = Type.Object({ detections: OutputName, labels: OutputName }, closed);

export type GridHead = Static<typeof GridHeadSchema>;
export type DetectionsHead = Static<typeof DetectionsHeadSchema>;
