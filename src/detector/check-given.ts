import { DetectorError } from './errors.ts';
import type { BoundOutput } from './gfl/split-outputs.ts';
import type { OutputTensor } from './inference/session.ts';
import { isGridManifest, type Manifest } from './model/manifest.ts';

/**
 * Checks what the network gave for input that was made elsewhere (`Detector.prepareTensor`). Pixels cannot overflow a network; values like 3e38
 * can, and every comparison with NaN fails, so that the answer would be an empty list. Throws `DetectorError` `invalid_option` when a tensor that
 * the head reads holds NaN, or an infinity that the head would turn into NaN. Inside a graph that suppresses by itself nothing can be seen: only its
 * outputs are checked, and take-tensor.ts its input.
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
