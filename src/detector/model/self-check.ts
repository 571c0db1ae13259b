import type { Detection } from '../types.ts';
import type { SelfCheck } from './manifest.ts';

/** The self-check's own threshold: every detection from here up must be known, and every known one found. */
export const SELF_CHECK_THRESHOLD = 0.3;
/** As many are looked at. Where there are as many, which is the last is chance, and its picture no good. */
export const MAX_SELF_CHECK_DETECTIONS = 100;

/** What another processor, library version or provider may change; a wrong manifest field changes far more. */
const SCORE_TOLERANCE = 0.02;
/** Of the picture and of the network input: whichever is more. */
const BOX_TOLERANCE_PIXELS = 1;

/**
 * What differs between the known detections and the found ones, one sentence each; empty when they agree.
 *
 * @param scale from the picture to the network input
 */
export function compareSelfCheck(
  known: SelfCheck['detections'],
  found: readonly Detection[],
  scale: { scaleX: number; scaleY: number },
): string[] {
  const tolerance = BOX_TOLERANCE_PIXELS * Math.max(1, 1 / Math.min(scale.scaleX, scale.scaleY));
  const differences: string[] = [];
  const unmatched = new Set(found);
  for (const expected of known) {
    const match = [...unmatched].find(
      detection =>
        detection.label === expected.label &&
        Math.abs(detection.score - expected.score) <= SCORE_TOLERANCE &&
        boxDistance(detection, expected.box) <= tolerance,
    );
    if (match !== undefined) unmatched.delete(match);
    else if (expected.score >= SELF_CHECK_THRESHOLD + SCORE_TOLERANCE) {
      differences.push(`${describe(expected.label, expected.score, expected.box)} was not found`);
    }
  }
  for (const extra of unmatched) {
    if (extra.score < SELF_CHECK_THRESHOLD + SCORE_TOLERANCE) continue;
    const { x1, y1, x2, y2 } = extra.box;
    differences.push(`${describe(extra.label, extra.score, [x1, y1, x2, y2])} was found but is not known`);
  }
  return differences;
}

function boxDistance({ box }: Detection, known: readonly number[]): number {
  return Math.max(...[box.x1, box.y1, box.x2, box.y2].map((edge, i) => Math.abs(edge - known[i]!)));
}

function describe(label: string, score: number, box: readonly number[]): string {
  return `${label} ${score.toFixed(3)} at [${box.map(edge => edge.toFixed(1)).join(', ')}]`;
}
