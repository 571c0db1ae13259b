import { readOwnFile } from '../model/read-own-file.ts';
import { compareSelfCheck, MAX_SELF_CHECK_DETECTIONS, SELF_CHECK_THRESHOLD } from '../model/self-check.ts';
import type { Detection } from '../types.ts';
import type { Finding } from './finding.ts';
import { detectionsOf, infer, prepare, type Subject, type Trial } from './subject.ts';

/** The manifest's own picture still gives the detections it is known for. */
export async function proveSelfCheck(subject: Subject): Promise<Finding> {
  const { manifest, folder } = subject.model;
  const check = manifest.selfCheck;
  if (check === undefined) {
    return {
      proof: 'self-check',
      verdict: 'unproven',
      text: 'the manifest has no selfCheck: nothing would notice a wrong colour',
    };
  }
  const fails = (text: string): Finding => ({ proof: 'self-check', verdict: 'fails', text });
  let trial: Trial;
  try {
    const prepared = await prepare(subject, await readOwnFile(folder, check.image));
    trial = { name: check.image, prepared, tensors: await infer(subject, [prepared]) };
  } catch (cause) {
    return fails(`selfCheck.image ${check.image} cannot be used: ${(cause as Error).message}`);
  }
  const differences = compareSelfCheck(
    check.detections,
    selfCheckDetections(subject, trial),
    trial.prepared.placement.boxes,
  );
  if (differences.length > 0) {
    return fails(
      `${differences.join('; ')}: a field of the manifest was changed since, or the graph (see input and head)`,
    );
  }
  const found = check.detections.length === 1 ? 'its detection' : `its ${check.detections.length} detections`;
  return { proof: 'self-check', verdict: 'holds', text: `${check.image} gives ${found}` };
}

/** All detections that a self-check has to know. */
export function selfCheckDetections(subject: Subject, trial: Trial): Detection[] {
  return detectionsOf(subject, trial, {
    scoreThreshold: SELF_CHECK_THRESHOLD,
    maxDetections: MAX_SELF_CHECK_DETECTIONS,
  });
}
