import { type DecodeLimits, decodeForViewing } from '../image/decode.ts';
import type { AnnotatedFormat, Detection } from '../types.ts';
import { drawDetections } from './draw-detections.ts';
import { drawingSizes } from './drawing-sizes.ts';
import { checkRoom, encodePicture } from './encode.ts';
import { inTurns } from './in-turns.ts';
import { renderText } from './render-text.ts';

/** How detections are drawn. */
export interface AnnotateOptions {
  /** Default `jpeg`. */
  format?: AnnotatedFormat;
  /** Shade where each edge may lie, as wide as its uncertainty. Default false. */
  bands?: boolean;
  /** Once aborted nothing further is begun: rejects with its reason. */
  signal?: AbortSignal;
}

/** A picture with its detections drawn on it. */
export interface AnnotatedPicture {
  /** Encoded. */
  bytes: Uint8Array;
  format: AnnotatedFormat;
  /** Pixels: those of the upright picture. */
  width: number;
  height: number;
}

/**
 * An encoded picture and its detections -> the upright picture in full size with boxes, labels and scores on it, encoded.
 * Lines and letters grow with the picture. Its metadata stays behind and its colours are sRGB.
 *
 * @param detections highest score first, as `detect` gives them for these bytes
 * Throws as `decodePicture` does, and `invalid_option` where the format has no room for the picture.
 */
export async function annotatePicture(
  bytes: Uint8Array,
  detections: readonly Detection[],
  limits: DecodeLimits,
  { format = 'jpeg', bands = false, signal }: AnnotateOptions = {},
): Promise<AnnotatedPicture> {
  signal?.throwIfAborted();
  const canvas = await decodeForViewing(bytes, limits);
  checkRoom(canvas, format);
  const sizes = drawingSizes(
    canvas,
    detections.map(({ box }) => box),
  );
  const texts = [];
  for (const { label, score } of detections) {
    signal?.throwIfAborted();
    texts.push({ label: await renderText(label, sizes.text), score: await renderText(score.toFixed(2), sizes.text) });
  }
  await inTurns(drawDetections(canvas, detections, texts, sizes, { bands }), signal);
  signal?.throwIfAborted();
  return { bytes: await encodePicture(canvas, format), format, width: canvas.width, height: canvas.height };
}
