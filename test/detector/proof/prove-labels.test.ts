import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DetectionsManifest } from '../../../src/detector/model/manifest.ts';
import { proveLabels } from '../../../src/detector/proof/prove-labels.ts';
import type { Subject, Trial } from '../../../src/detector/proof/subject.ts';

const manifest = { head: { detections: 'dets', labels: 'labels' } } as unknown as DetectionsManifest;

function trial(...rows: [id: number, score: number][]): Trial {
  const dets = Float32Array.from(rows.flatMap(([, score]) => [1, 1, 9, 9, score]));
  const labels = Float32Array.from(rows, ([id]) => id);
  return { tensors: { dets: { data: dets, dims: [] }, labels: { data: labels, dims: [] } } } as unknown as Trial;
}

const cases: [string, string[], Trial[], string, RegExp][] = [
  [
    'all have names',
    ['red', 'green'],
    [trial([0, 0.9], [1, 0.4])],
    'holds',
    /^class ids, up to 1 in 2 rows, have names$/,
  ],
  [
    'one more than are named',
    ['red', 'green'],
    [trial([0, 0.9]), trial([2, 0.5], [5, 0.2])],
    'fails',
    /^1 of 2 rows .* up to 2, .*\(2 classes are named, 0 to 1\): name all classes with --labels, in the order of their ids$/,
  ],
  ['ids that count from 1', ['red'], [trial([1, 0.8])], 'fails', /\(1 class is named, 0\)/],
  ['only rows that nobody believes in', ['red'], [trial([7, 0.2], [-1, 0])], 'unproven', /^no row has a score of 0\.3/],
  [
    'scores instead of ids',
    ['red'],
    [trial([0.875, 0.875])],
    'fails',
    /^class ids such as 0\.875 are no whole numbers: see head\.labels, "labels"$/,
  ],
  ['no rows', ['red'], [trial()], 'unproven', /^no row has a score of 0\.3/],
];
for (const [name, labels, trials, verdict, text] of cases) {
  test(`labels: ${name}`, () => {
    const finding = proveLabels({ model: { labels } } as unknown as Subject, manifest, trials);
    assert.equal(finding.verdict, verdict, finding.text);
    assert.match(finding.text, text);
  });
}
