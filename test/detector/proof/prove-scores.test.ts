import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proveScores } from '../../../src/detector/proof/prove-scores.ts';
import type { Subject, Trial } from '../../../src/detector/proof/subject.ts';

/** A graph that suppresses by itself: of its rows only the scores are looked at. */
const subject = {
  model: { manifest: { head: { detections: 'dets', labels: 'labels' } }, labels: ['red'] },
} as unknown as Subject;

function trial(...scores: number[]): Trial {
  const data = Float32Array.from(scores.flatMap(score => [1, 1, 9, 9, score]));
  // Rows that only fill the tensor up have class -1, here where the score is -1, too.
  const labels = { data: Float32Array.from(scores, score => (score === -1 ? -1 : 0)), dims: [1, scores.length] };
  return { name: 'x.png', tensors: { dets: { data, dims: [1, scores.length, 5] }, labels } } as unknown as Trial;
}

const cases: [string, Trial[], string, RegExp][] = [
  ['no picture', [], 'unproven', /^no picture was tried$/],
  ['pictures without a row', [trial(), trial()], 'unproven', /^the graph found nothing in any picture$/],
  ['one without, one with', [trial(), trial(0.9, 0.1)], 'holds', /^scores are in 0\.\.1 \(0\.1000 to 0\.9000\)$/],
  ['rows that only fill the tensor up', [trial(0.9, -1)], 'holds', /^scores are in 0\.\.1 \(0\.9000 to 0\.9000\)$/],
  ['no row but such', [trial(-1)], 'unproven', /^the graph found nothing in any picture$/],
  ['a score that is no number', [trial(0.5, Number.NaN)], 'fails', /^some scores are not numbers/],
  ['scores that overflow both ways', [trial(Infinity, -Infinity)], 'fails', /^some scores are not numbers/],
  ['one that overflows', [trial(Infinity)], 'fails', /not in 0\.\.1/],
];
for (const [name, trials, verdict, text] of cases) {
  test(`scores: ${name}`, () => {
    const finding = proveScores(subject, trials);
    assert.equal(finding.verdict, verdict, finding.text);
    assert.match(finding.text, text);
  });
}
