import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { EvalSummary } from '../../src/cli/eval/summary.ts';
import { assertClose } from '../support/largest-difference.ts';
import { askPycocotools, withoutPycocotools } from '../support/pycocotools.ts';

/** The built command with the default model on real pictures, against the reference and against pycocotools. */

const COCO = '../shared/data/coco-val-128';
const ANNOTATIONS = path.join(COCO, 'annotations.json');
const missing = !existsSync(COCO) && `${COCO} is not there`;

let folder: string;
let out: string;
let summary: EvalSummary;

before(async () => {
  if (missing) return;
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-eval-coco-'));
  out = path.join(folder, 'results.json');
  const inputs = ['--images', path.join(COCO, 'images'), '--annotations', ANNOTATIONS];
  const args = ['dist/cli.js', 'eval', '--model', 'nanodet-g', ...inputs, '--format', 'json', '--out', out];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, PROVIDER: 'cpu' } });
  summary = JSON.parse(stdout);
});
after(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

test('AP is that of the reference', { skip: missing }, () => {
  console.log(`AP ${summary.ap?.toFixed(4)}; reference/evaluate.py 0.298 (tolerance 0.004)`);
  assert.ok(Math.abs(summary.ap! - 0.298) <= 0.004);
});

test('every figure is what pycocotools says of the results file', { skip: missing || withoutPycocotools() }, () => {
  const { classes, ...expected } = askPycocotools(ANNOTATIONS, out);
  const names = Object.keys(expected) as (keyof typeof expected)[];
  assertClose(
    names.map(name => summary[name]!),
    names.map(name => expected[name]!),
    1e-10,
    'twelve figures',
  );
  assert.deepEqual(
    summary.classes.map(({ id }) => id),
    classes.map(({ id }) => id),
  );
  assertClose(
    summary.classes.flatMap(({ ap, ap50, ap75 }) => [ap!, ap50!, ap75!]),
    classes.flatMap(({ ap, ap50, ap75 }) => [ap, ap50, ap75]),
    1e-10,
    `${classes.length} classes`,
  );
});

test('scores and edges are about as sure as they should be', { skip: missing }, () => {
  const { calibration, edges } = summary;
  console.log(
    `ECE ${calibration?.ece.toFixed(3)}; ${edges?.objects} objects: ${edges?.within1Sigma.toFixed(3)} within one sigma`,
  );
  // Seen: 0.037, and 0.88 and 0.96 of 492 objects. A sign or scale that is wrong is far from that.
  assert.ok(calibration!.ece < 0.06, `ECE ${calibration!.ece}`);
  assert.ok(edges!.objects > 400);
  assert.ok(edges!.within1Sigma > 0.8 && edges!.within1Sigma < 0.93, `${edges!.within1Sigma}`);
  for (const side of ['left', 'top', 'right', 'bottom'] as const) {
    assert.ok(edges![side].within2Sigma > 0.93, `${side} ${edges![side].within2Sigma}`);
    assert.ok(Math.abs(edges![side].bias) < 3, `${side} bias ${edges![side].bias}`);
  }
});
