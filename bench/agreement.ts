export interface Box {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export interface Found {
  class_id: number;
  score: number;
  box: Box;
}

export interface Agreement {
  pictures: number;
  /** Detections of each side. */
  left: number;
  right: number;
  /** Pairs of one class whose boxes overlap by at least half. */
  matched: number;
  /** Detections without a partner whose score is clear of the threshold. */
  onlyLeft: number;
  onlyRight: number;
  /** Differences of the matched: edges in pixels of the picture, scores. */
  boxDifferences: number[];
  scoreDifferences: number[];
}

const MATCH_IOU = 0.5;
/** A detection this close to the threshold may be missing from the other side with nothing amiss. */
export const THRESHOLD_MARGIN = 0.02;

/**
 * Holds two answers for each picture against one another: best pairs first, within a class, each detection once.
 *
 * @param left, right (pictures, detections)
 */
export function compareDetections(
  left: readonly (readonly Found[])[],
  right: readonly (readonly Found[])[],
  scoreThreshold: number,
): Agreement {
  const total: Agreement = {
    pictures: left.length,
    left: 0,
    right: 0,
    matched: 0,
    onlyLeft: 0,
    onlyRight: 0,
    boxDifferences: [],
    scoreDifferences: [],
  };
  const clear = ({ score }: Found) => score >= scoreThreshold + THRESHOLD_MARGIN;
  for (const [index, ours] of left.entries()) {
    const theirs = right[index] ?? [];
    const pairs = matchPairs(ours, theirs);
    total.left += ours.length;
    total.right += theirs.length;
    total.matched += pairs.length;
    total.onlyLeft += ours.filter(one => clear(one) && !pairs.some(([a]) => a === one)).length;
    total.onlyRight += theirs.filter(one => clear(one) && !pairs.some(([, b]) => b === one)).length;
    for (const [a, b] of pairs) {
      total.boxDifferences.push(
        Math.max(...(['x1', 'y1', 'x2', 'y2'] as const).map(e => Math.abs(a.box[e] - b.box[e]))),
      );
      total.scoreDifferences.push(Math.abs(a.score - b.score));
    }
  }
  return total;
}

function matchPairs(left: readonly Found[], right: readonly Found[]): [Found, Found][] {
  const possible = left
    .flatMap(a => right.filter(b => b.class_id === a.class_id).map(b => ({ a, b, overlap: iou(a.box, b.box) })))
    .filter(({ overlap }) => overlap >= MATCH_IOU)
    .sort((p, q) => q.overlap - p.overlap);
  const taken = new Set<Found>();
  const pairs: [Found, Found][] = [];
  for (const { a, b } of possible) {
    if (taken.has(a) || taken.has(b)) continue;
    taken.add(a).add(b);
    pairs.push([a, b]);
  }
  return pairs;
}

function iou(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box) => (box.x2 - box.x1) * (box.y2 - box.y1);
  return (width * height) / (area(a) + area(b) - width * height);
}
