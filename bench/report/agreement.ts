import { type Agreement, THRESHOLD_MARGIN } from '../agreement.ts';
import { percentile } from '../percentile.ts';

/** Two sentences. */
export function describeAgreement(one: string, other: string, agreement: Agreement): string {
  const { pictures, left, right, matched, onlyLeft, onlyRight, boxDifferences, scoreDifferences } = agreement;
  const of = (values: readonly number[], digits: number) =>
    `at most ${Math.max(0, ...values).toFixed(digits)} (99 %: ${percentile(values, 0.99).toFixed(digits)}, median ${percentile(values, 0.5).toFixed(digits)})`;
  return (
    `The ${one} against ${other}, ${pictures} pictures: ${left} and ${right} detections, ${matched} pairs of one class and IoU >= 0.5; ` +
    `without a partner although ${THRESHOLD_MARGIN} clear of the threshold: ${onlyLeft} and ${onlyRight}. ` +
    `Edges differ by ${of(boxDifferences, 2)} pixels, scores by ${of(scoreDifferences, 4)}.`
  );
}
