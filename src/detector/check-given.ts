import { DetectorError } from './errors.ts';
import type { BoundOutput } from './gfl/split-outputs.ts';
import type { OutputTensor } from './inference/session.ts';
import { isGridManifest, type Manifest } from './model/manifest.ts';

/**
 * Looks at what the network made of input that was made elsewhere. Pixels cannot overflow it; 3e38 can, and comparisons then drop
 * every NaN as if nothing were there. Throws `DetectorError` `invalid_option` when what the head reads is no number, or an infinity
 * that it would make none of. Of a graph that suppresses by itself only what it gives can be looked at.
 *
 * @param bound where a grid head's tensors are
 */
export function checkGiven(
  manifest: Manifest,
  bound: readonly BoundOutput[] | undefined,
  tensors: Readonly<Record<string, OutputTensor>>,
): void {
  const isNumber = (value: number) => !Number.isNaN(value);
  // Softmax of an infinite logit, and a corner that is an infinite centre less half an infinite side.
  const mustBeFinite = isGridManifest(manifest) && ['logits', 'cxcywh'].includes(manifest.head.boxes);
  const looked = isGridManifest(manifest)
    ? bound?.flatMap(({ scores, boxes }) => [
        { name: scores.output, isGood: isNumber },
        { name: boxes.output, isGood: mustBeFinite ? Number.isFinite : isNumber },
      ])
    : [{ name: manifest.head.detections, isGood: isNumber }];
  if (looked?.every(({ name, isGood }) => tensors[name]!.data.every(isGood)) !== false) return;
  throw new DetectorError('invalid_option', 'The network makes no finite numbers of this network input.');
}
