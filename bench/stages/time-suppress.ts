import { suppress } from '../../src/detector/nms/suppress.ts';
import { percentile } from '../percentile.ts';
import { type Boxes, duplicateBoxes, spreadBoxes } from './crowded-boxes.ts';
import { repeatFor } from './repeat-for.ts';

export interface SuppressTime {
  boxes: string;
  maxDetections: number;
  kept: number;
  /** Milliseconds, median of the calls. */
  ms: number;
}

const COUNT = 5000;
const IOU_THRESHOLD = 0.6;
const KINDS: [name: string, make: (count: number) => Boxes][] = [
  ['spread over the picture', spreadBoxes],
  ['near-duplicates of fifty', duplicateBoxes],
];

/** Non-maximum suppression of more boxes than any picture gives, each case for so long. */
export async function timeSuppress(seconds: number): Promise<SuppressTime[]> {
  const times: SuppressTime[] = [];
  for (const [name, make] of KINDS) {
    const { boxes, scores, classIds } = make(COUNT);
    for (const maxDetections of [100, 1000]) {
      const options = { iouThreshold: IOU_THRESHOLD, classAgnostic: false, maxDetections };
      let kept = 0;
      const { results } = await repeatFor(seconds, async () => {
        const start = performance.now();
        kept = suppress(boxes, scores, classIds, options).length;
        return performance.now() - start;
      });
      times.push({ boxes: `${COUNT} ${name}`, maxDetections, kept, ms: percentile(results, 0.5) });
    }
  }
  return times;
}
