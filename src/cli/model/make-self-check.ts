import type { ModelProof } from '../../detector/authoring.ts';
import { MAX_SELF_CHECK_DETECTIONS, type Manifest, sniffFormat } from '../../detector/contract.ts';

type Seen = ModelProof['pictures'][number];

/** Sides that differ by less show no difference between stretched and letterboxed. */
const SQUARE_RATIO = 1.15;

export interface SelfCheckMade {
  picture: string;
  detections: number;
  /** Then a wrong resize would not be noticed. */
  square: boolean;
}

/** What a self-check is made of. */
export interface ChosenPicture {
  bytes: Uint8Array;
  /** Of its format, without the dot. */
  extension: string;
  detections: NonNullable<Manifest['selfCheck']>['detections'];
  made: SelfCheckMade;
}

/**
 * The picture that says most about the manifest: not square, so that a wrong resize moves its boxes, and with the most
 * detections that are not cut off and do not hang on rounding. undefined where there is none.
 */
export function choosePicture(
  seen: readonly Seen[],
  pictures: readonly { name: string; bytes: Uint8Array }[],
): ChosenPicture | undefined {
  const best = choose(seen);
  if (best === undefined) return undefined;
  const { name, bytes } = pictures[best]!;
  const { detections } = seen[best]!;
  const format = sniffFormat(bytes) ?? 'jpeg';
  return {
    bytes,
    extension: format === 'jpeg' ? 'jpg' : format,
    detections,
    made: { picture: name, detections: detections.length, square: isSquare(seen[best]!) },
  };
}

/** Why there is no self-check, where there is none. */
export const NOTHING_SEEN = `in every picture nothing was detected with a score of 0.3 or more, or ${MAX_SELF_CHECK_DETECTIONS} and more, or what another rounding would change`;

/** For people. */
export function describeSelfCheck(made: SelfCheckMade | undefined): string {
  if (made === undefined) {
    return `  WARNING  NO SELF-CHECK: ${NOTHING_SEEN}; give a picture with what it detects (--image)`;
  }
  const { picture, detections, square } = made;
  const found = detections === 1 ? '1 detection' : `${detections} detections`;
  return `  made     self-check ${picture} with ${found}${square ? ' (it is square, and cannot notice a wrong resize)' : ''}`;
}

function choose(seen: readonly Seen[]): number | undefined {
  const rank = (picture: Seen) => (isSquare(picture) ? 0 : 1000) + picture.detections.length;
  const useful = [...seen.keys()].filter(i => {
    const { detections, steady } = seen[i]!;
    return steady && detections.length > 0 && detections.length < MAX_SELF_CHECK_DETECTIONS;
  });
  return useful.sort((a, b) => rank(seen[b]!) - rank(seen[a]!) || a - b)[0];
}

function isSquare({ width, height }: Seen): boolean {
  return Math.max(width, height) < SQUARE_RATIO * Math.min(width, height);
}
