import { createPieces, type Pieces } from './pieces.ts';

/** Smaller bodies are few pieces, and soon whole. */
const LARGE_BYTES = 1024 * 1024;
/** Memory for the whole of a large body is taken when so much of it has come, not for what a head says alone. */
const SURE_PART = 1 / 8;

/** A body while it comes. */
export interface ArrivingBody {
  add(piece: Buffer): void;
  /** All that has come, as one. */
  whole(): Buffer;
}

/**
 * Pieces of a large body are copied when they come, and die young. Where they were kept until 20 MB were whole V8 left them for long, and the
 * process had more than twice the memory that all bodies were counted for.
 *
 * @param length bytes that its head says it has, of which Node lets no more in; 0 where it does not say
 * @param take memory for the whole of it
 */
export function createArrivingBody(length: number, take: (bytes: number) => Buffer): ArrivingBody {
  const sureBytes = length >= LARGE_BYTES ? length * SURE_PART : Number.POSITIVE_INFINITY;
  let pieces: Pieces | undefined = createPieces();
  let whole: Buffer | undefined;
  let received = 0;

  return {
    add(piece) {
      if (whole === undefined) pieces?.add(piece);
      else piece.copy(whole, received);
      received += piece.length;
      if (whole !== undefined || received < sureBytes) return;
      whole = take(length);
      pieces?.copyTo(whole);
      pieces = undefined;
    },
    whole: () => whole?.subarray(0, received) ?? pieces?.joined(take) ?? take(0),
  };
}
