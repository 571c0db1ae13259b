import { DetectorError } from '../errors.ts';
import { isGridManifest, type SelfCheck } from '../model/manifest.ts';
import type { ProviderChoice } from '../types.ts';
import type { Finding } from './finding.ts';
import { isSteady } from './is-steady.ts';
import { proveBatch } from './prove-batch.ts';
import { proveBoxes } from './prove-boxes.ts';
import { proveGraph } from './prove-graph.ts';
import { proveLabels } from './prove-labels.ts';
import { type MirrorPair, proveMirror } from './prove-mirror.ts';
import { proveScores } from './prove-scores.ts';
import { proveSelfCheck, selfCheckDetections } from './prove-self-check.ts';
import { infer, mirrored, openSubject, prepare, type Subject, type Trial } from './subject.ts';

export interface ProofOptions {
  /** Pictures to try, encoded; the more objects in them the better. */
  pictures: readonly { name: string; bytes: Uint8Array }[];
  provider?: ProviderChoice;
  threads?: number;
}

export interface ModelProof {
  findings: Finding[];
  /** Of each picture its size and what it would be known for as a self-check, in their order. */
  pictures: {
    width: number;
    height: number;
    detections: SelfCheck['detections'];
    /** Whether there are any, and they stay where its values are a little others. */
    steady: boolean;
  }[];
}

/**
 * Loads a model and tries it on pictures, without knowing what is on them: scores are probabilities, boxes lie in the
 * picture, class ids have names, the mirror image gives mirrored boxes, a batch gives the answers of single pictures, the self-check holds.
 * A model that does not load is a finding too. Throws `DetectorError` for pictures that are none.
 */
export async function proveModel(manifestPath: string, options: ProofOptions): Promise<ModelProof> {
  const { pictures, provider = 'cpu', threads = 1 } = options;
  let subject: Subject;
  try {
    subject = await openSubject(manifestPath, provider, threads);
  } catch (error) {
    if (!(error instanceof DetectorError)) throw error;
    return { findings: [{ proof: 'graph', verdict: 'fails', text: error.message }], pictures: [] };
  }
  try {
    const pairs: MirrorPair[] = [];
    for (const { name, bytes } of pictures) pairs.push(await tryPicture(subject, name, bytes));
    const { manifest } = subject.model;
    const trials = pairs.flatMap(({ picture, mirror }) => [picture, mirror]);
    const findings = [
      await proveGraph(subject),
      proveScores(subject, trials),
      proveBoxes(subject, trials),
      ...(isGridManifest(manifest) ? [] : [proveLabels(subject, manifest, trials)]),
      proveMirror(subject, pairs),
      await proveBatch(subject, trials),
      await proveSelfCheck(subject),
    ];
    const seen: ModelProof['pictures'] = [];
    for (const { picture } of pairs) {
      const detections = known(subject, picture);
      const steady = detections.length > 0 && (await isSteady(subject, picture));
      seen.push({ ...picture.prepared.picture, detections, steady });
    }
    return { findings, pictures: seen };
  } finally {
    await subject.session.close();
  }
}

async function tryPicture(subject: Subject, name: string, bytes: Uint8Array): Promise<MirrorPair> {
  const prepared = await prepare(subject, bytes).catch(cause => {
    throw new DetectorError('unprocessable_image', `${name}: ${(cause as Error).message}`, { cause });
  });
  const reflection = mirrored(prepared);
  return {
    picture: { name, prepared, tensors: await infer(subject, [prepared]) },
    mirror: { name: `${name}, mirrored`, prepared: reflection, tensors: await infer(subject, [reflection]) },
  };
}

function known(subject: Subject, trial: Trial): SelfCheck['detections'] {
  return selfCheckDetections(subject, trial).map(({ label, score, box }) => ({
    label,
    score: Math.round(score * 1000) / 1000,
    box: [box.x1, box.y1, box.x2, box.y2].map(edge => Math.round(edge * 10) / 10),
  }));
}
