import { DetectorError } from './errors.ts';
import type { BoundOutput } from './gfl/split-outputs.ts';
import type { OutputTensor } from './inference/session.ts';
import { isGridManifest, type Manifest } from './model/manifest.ts';

/**
 * Looks at what the network made of input that was made elsewhere. Pixels cannot overflow it; 3e38 can, and comparisons then drop
 * every NaN as if nothing were there. Throws `DetectorError` `invalid_option` when what the head reads is no number, or an infinite
 * logit of a distribution, whose softmax is none.
 *
 * @param bound where a grid head's tensors are
 */
export function checkGiven(
  manifest: Manifest,
  bound: readonly BoundOutput[] | undefined,
  tensors: Readonly<Record<string, OutputTensor>>,
): void {
  const ofLogits = isGridManifest(manifest) && manifest.head.boxes === 'logits';
  const isGood = ofLogits ? Number.isFinite : (value: number) => !Number.isNaN(value);
  const names = isGridManifest(manifest)
    ? new Set(bound?.flatMap(({ scores, boxes }) => [scores.output, boxes.output]))
    : [manifest.head.detections];
  if ([...names].every(name => tensors[name]!.data.every(isGood))) return;
  throw new DetectorError('invalid_option', 'The network makes no finite numbers of this network input.');
}
