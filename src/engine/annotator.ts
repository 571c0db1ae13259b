import type { Detector, DetectResult } from '../detector/index.ts';
import type { AnnotationWish, EngineResult } from './protocol.ts';

/** How often it is said that a picture is being drawn: a small part of any time after which an engine is taken for hung. */
const SAY_SO_EVERY_MS = 250;

export interface Annotation {
  detector: Pick<Detector, 'annotate'>;
  /** The encoded picture. */
  bytes: Uint8Array;
  result: DetectResult;
  wish: AnnotationWish;
  /** Aborted when nobody waits any more. */
  signal: AbortSignal;
  /** The picture is about to be decoded in full. */
  begun(): void;
  /** Called again and again while it is decoded, drawn on and encoded for somebody. */
  goesOn(): void;
}

/**
 * Draws on pictures, one after the other: in full size each takes a hundred megabytes. Resolves to undefined as soon as
 * nobody waits for a picture any more, even in the middle of one step of it, which cannot be stopped.
 */
export function createAnnotator(): (annotation: Annotation) => Promise<EngineResult | undefined> {
  let last: Promise<unknown> = Promise.resolve();

  async function annotate({ detector, bytes, result, wish, signal, begun, goesOn }: Annotation) {
    begun();
    const start = performance.now();
    const timer = setInterval(goesOn, SAY_SO_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    const picture = await detector
      .annotate(bytes, result.detections, { ...wish, signal })
      .finally(() => clearInterval(timer));
    const timings = { ...result.timings, annotate: performance.now() - start };
    return { ...result, timings, annotated: picture.bytes };
  }

  return annotation => {
    // Given up before its turn, it is let go of at once: nothing counts its bytes any more.
    const pending: { annotation?: Annotation } = { annotation };
    const mine = last.then(() => pending.annotation && annotate(pending.annotation));
    last = mine.catch(() => {});
    return Promise.race([mine, aborted(annotation.signal, () => delete pending.annotation)]);
  };
}

function aborted(signal: AbortSignal, then: () => void): Promise<undefined> {
  return new Promise(resolve => {
    const stop = () => {
      then();
      resolve(undefined);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
