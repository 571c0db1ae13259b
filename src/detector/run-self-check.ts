import { DetectorError } from './errors.ts';
import { placePicture } from './image/placement.ts';
import type { LoadedManifest, SelfCheck } from './model/manifest.ts';
import { readOwnFile } from './model/read-own-file.ts';
import { compareSelfCheck, MAX_SELF_CHECK_DETECTIONS, SELF_CHECK_THRESHOLD } from './model/self-check.ts';
import type { DetectOptions, DetectResult } from './types.ts';

/** Throws `DetectorError` (`self_check_failed`) where `detect` does not find what the manifest says is on its picture. */
export async function runSelfCheck(
  { manifest, folder }: LoadedManifest,
  check: SelfCheck,
  detect: (bytes: Uint8Array, options: DetectOptions) => Promise<DetectResult>,
): Promise<void> {
  const fail = (reason: string, cause?: unknown) =>
    new DetectorError('self_check_failed', `The self-check of ${manifest.name} failed: ${reason}.`, { cause });
  const bytes = await readOwnFile(folder, check.image).catch(cause => {
    if (cause instanceof DetectorError) throw cause;
    throw fail(`${check.image} cannot be read`, cause);
  });
  const options = { scoreThreshold: SELF_CHECK_THRESHOLD, maxDetections: MAX_SELF_CHECK_DETECTIONS };
  const { detections, image } = await detect(bytes, options).catch(cause => {
    throw fail((cause as Error).message, cause);
  });
  const differences = compareSelfCheck(check.detections, detections, placePicture(manifest.input, image).boxes);
  if (differences.length > 0) throw fail(differences.join('; '));
}
