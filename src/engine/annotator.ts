import type { Detector, DetectResult } from '../detector/index.ts';
import type { AnnotationWish, EngineResult } from './protocol.ts';

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
}

/**
 * Draws on pictures, one after the other: in full size each takes a hundred megabytes. Resolves to undefined as soon as
 * nobody waits for a picture any more, even in the middle of one step of it, which cannot be stopped.
 */
export function createAnnotator(): (annotation: Annotation) => Promise<EngineResult | undefined> {
  let last: Promise<unknown> = Promise.resolve();

  async function annotate({ detector, bytes, result, wish, signal, begun }: Annotation) {
    if (signal.aborted) return undefined;
    begun();
    const start = performance.now();
    try {
      const picture = await detector.annotate(bytes, result.detections, { ...wish, signal });
      const timings = { ...result.timings, annotate: performance.now() - start };
      return { ...result, timings, annotated: picture.bytes };
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  return annotation => {
    const mine = last.then(() => annotate(annotation));
    last = mine.catch(() => {});
    return Promise.race([mine, aborted(annotation.signal)]);
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise(resolve => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
