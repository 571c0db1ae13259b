import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGiven } from '../../src/detector/check-given.ts';
import type { Manifest } from '../../src/detector/model/manifest.ts';

const part = (output: string) => ({ output, channel: 0, channels: 4 });
const BOUND = [{ scores: part('scores'), boxes: part('boxes'), strides: [] }];
const grid = (boxes: string) => ({ head: { boxes, outputs: [] } }) as unknown as Manifest;
const suppressed = { head: { detections: 'boxes', labels: 'labels' } } as unknown as Manifest;

// The head, what is among its scores and its boxes, and whether that is refused: where an infinity would make a box of NaN.
const CASES: [name: string, manifest: Manifest, score: number, box: number, refused: boolean][] = [
  ['logits of numbers', grid('logits'), 0.5, 3, false],
  ['a score of NaN', grid('xyxy'), Number.NaN, 3, true],
  ['an infinite score, which is 1', grid('logits'), Infinity, 3, false],
  ['an infinite logit of a box', grid('logits'), 0.5, Infinity, true],
  ['an infinite centre or side', grid('cxcywh'), 0.5, -Infinity, true],
  ['an infinite corner, which is clipped', grid('xyxy'), 0.5, Infinity, false],
  ['an infinite distance, which is clipped', grid('distances'), 0.5, Infinity, false],
  ['a corner of NaN', grid('xyxy'), 0.5, Number.NaN, true],
  ['a row of NaN of a graph that suppresses', suppressed, 0.5, Number.NaN, true],
  ['an infinite row of one', suppressed, 0.5, Infinity, false],
];
for (const [name, manifest, score, box, refused] of CASES) {
  test(`${name} is ${refused ? 'refused' : 'taken'}`, () => {
    const tensors = {
      scores: { data: Float32Array.of(0.1, score), dims: [1, 2, 1] },
      boxes: { data: Float32Array.of(1, 2, 3, box), dims: [1, 1, 4] },
    };
    const check = () => checkGiven(manifest, BOUND, tensors);
    if (refused) assert.throws(check, { code: 'invalid_option' });
    else check();
  });
}
