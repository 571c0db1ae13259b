import type { DetectionsManifest } from '../model/manifest.ts';
import type { Finding } from './finding.ts';
import type { Subject, Trial } from './subject.ts';

const CONFIDENT = 0.3;

/** Class ids that a graph gives itself have names; those of a grid head are counted by its channels on loading. */
export function proveLabels({ model }: Subject, { head }: DetectionsManifest, trials: readonly Trial[]): Finding {
  const ids = trials.flatMap(({ tensors }) => {
    const rows = tensors[head.detections]!.data;
    return Array.from(tensors[head.labels]!.data).filter((_, i) => rows[i * 5 + 4]! >= CONFIDENT);
  });
  if (ids.length === 0) {
    return { proof: 'labels', verdict: 'unproven', text: `no row has a score of ${CONFIDENT} or more` };
  }
  const broken = ids.find(id => !Number.isInteger(id));
  if (broken !== undefined) {
    const text = `class ids such as ${broken} are no whole numbers: see head.labels, "${head.labels}"`;
    return { proof: 'labels', verdict: 'fails', text };
  }
  const highest = ids.reduce((most, id) => Math.max(most, id));
  const named = model.labels.length;
  if (highest < named) {
    return { proof: 'labels', verdict: 'holds', text: `class ids, up to ${highest} in ${ids.length} rows, have names` };
  }
  const nameless = ids.filter(id => id >= named).length;
  const known = named === 1 ? '1 class is named, 0' : `${named} classes are named, 0 to ${named - 1}`;
  return {
    proof: 'labels',
    verdict: 'fails',
    text: `${nameless} of ${ids.length} rows of score ${CONFIDENT} or more have a class id without a name, up to ${highest}, and would never be seen (${known}): name all classes with --labels, in the order of their ids`,
  };
}
