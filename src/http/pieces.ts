/** Each Buffer takes some 400 bytes of its own: a body that comes byte by byte would take 400 times its size. */
const MANY = 256;
/** So many pieces are joined into one where they have fewer bytes than this together. */
const SMALL_BYTES = MANY * 4096;

/** Pieces of one body, in order. */
export interface Pieces {
  add(piece: Buffer): void;
  /** How many Buffers are kept. */
  readonly kept: number;
  copyTo(whole: Buffer): void;
  /** All of them as one, in memory of `take`; not a copy where there is only one. */
  joined(take: (bytes: number) => Buffer): Buffer;
}

export function createPieces(): Pieces {
  const pieces: Buffer[] = [];
  /** The first piece since the last look, and the bytes from there on. */
  let first = 0;
  let bytes = 0;

  function copyTo(whole: Buffer): void {
    let at = 0;
    for (const piece of pieces) at += piece.copy(whole, at);
  }

  return {
    add(piece) {
      pieces.push(piece);
      bytes += piece.length;
      if (pieces.length - first < MANY) return;
      if (bytes < SMALL_BYTES) pieces.push(Buffer.concat(pieces.splice(first), bytes));
      first = pieces.length;
      bytes = 0;
    },
    get kept() {
      return pieces.length;
    },
    joined(take) {
      if (pieces.length === 1) return pieces[0]!;
      const whole = take(pieces.reduce((sum, { length }) => sum + length, 0));
      copyTo(whole);
      return whole;
    },
    copyTo,
  };
}
