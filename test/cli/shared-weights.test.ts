import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startWarmCli } from '../support/warm-cli.ts';

/** Trained graphs of the family, as people have them: inspected, added with nothing but their family named, checked. */

const WEIGHTS = '../shared/weights';
const skip = existsSync(WEIGHTS) ? false : `${WEIGHTS} is not here`;

const warmCli = startWarmCli();
after(warmCli.stop);
let folder: string;
let person: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-shared-'));
  person = path.join(folder, 'person.txt');
  await writeFile(person, 'person\n');
});
after(() => rm(folder, { recursive: true }));

interface Case {
  file: string;
  family: string;
  args?: string[];
  // biome-ignore lint/suspicious/noExplicitAny: parts of manifests.
  holds: Record<string, any>;
}

const PLUS = { 'head.bins': 8, 'head.priorOffset': 0, 'head.strides': [8, 16, 32, 64], 'input.resize.fit': 'stretch' };
const NANODET = {
  'head.priorOffset': 0.5,
  'head.strides': [8, 16, 32],
  'input.resize.fit': 'letterbox',
  'input.colour': 'bgr',
};
const cases: Case[] = [
  {
    file: 'nanodet-plus-m_320',
    family: 'nanodet-plus',
    holds: { ...PLUS, 'input.width': 320, 'input.dynamic.batch': true },
  },
  {
    file: 'nanodet-plus-m_416',
    family: 'nanodet-plus',
    holds: { ...PLUS, 'input.width': 416, 'input.dynamic.batch': true },
  },
  { file: 'nanodet-plus-m-1.5x_416_dq8', family: 'nanodet-plus', holds: PLUS },
  { file: 'nanodet_m_416', family: 'nanodet', holds: { ...NANODET, 'head.bins': 8, 'head.boxes': 'logits' } },
  {
    file: 'nanodet_m_320_scrambled_names',
    family: 'nanodet',
    holds: {
      ...NANODET,
      'head.outputs': [
        { stride: 8, scores: 'cls_score0', boxes: 'bbox_pred1' },
        { stride: 16, scores: 'bbox_pred0', boxes: 'cls_score2' },
        { stride: 32, scores: 'cls_score1', boxes: 'bbox_pred2' },
      ],
    },
  },
  { file: 'nanodet_m_0.5x_320_distances', family: 'nanodet', holds: { ...NANODET, 'head.boxes': 'distances' } },
  {
    file: 'picodet_s_416_coco',
    family: 'picodet',
    holds: { 'input.colour': 'rgb', 'input.resize.interpolation': 'cubic', 'head.priorOffset': 0.5, 'head.bins': 8 },
  },
  {
    file: 'rtmdet_nano_person_nms_in_graph',
    family: 'decoded',
    args: ['--size', '320', '--preprocessing', 'rtmdet'],
    holds: { 'head.detections': 'dets', 'input.width': 320, 'input.dynamic.batch': true },
  },
];

for (const { file, family, args = [], holds } of cases) {
  test(`${file}: inspected, added as ${family}, checked`, { skip }, async () => {
    const graph = path.join(WEIGHTS, `${file}.onnx`);
    const inspected = await warmCli.run(['model', 'inspect', graph, '--format', 'json']);
    assert.equal(inspected.code, 0, inspected.stderr);
    const { families } = JSON.parse(inspected.stdout);
    const fitting = Object.keys(families).filter(name => families[name].fits);
    assert.deepEqual(fitting, [family]);

    const labels = family === 'decoded' ? ['--labels', person] : [];
    const where = ['--models-dir', folder];
    const added = await warmCli.run(['model', 'add', graph, '--family', family, ...where, ...labels, ...args]);
    assert.equal(added.code, 0, added.stderr);
    assert.doesNotMatch(added.stdout, /fails|unproven/);
    const warned = added.stdout.match(/WARNING .*? that of [\w-]+/g);
    assert.deepEqual(warned, family === 'nanodet' ? ['WARNING  PREPROCESSING ASSUMED: that of nanodet'] : null);
    assert.match(added.stdout, /made {5}self-check/);
    const manifest = JSON.parse(await readFile(path.join(folder, file, 'model.json'), 'utf8'));
    for (const [field, value] of Object.entries(holds)) {
      const found = field.split('.').reduce((at, part) => at?.[part], manifest);
      assert.deepEqual(found, value, field);
    }
    const checked = await warmCli.run(['model', 'check', file, ...where]);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    console.log(checked.stdout);
  });
}

// One wrong field in a manifest that was right, and which proof notices.
// biome-ignore lint/suspicious/noExplicitAny: changes of every kind.
type Change = (manifest: any) => void;
const SUBJECTS = { 'nanodet-plus-m_320': 0.5, nanodet_m_416: 0, picodet_s_416_coco: 0 };
const wrong: [string, (name: keyof typeof SUBJECTS) => Change, string[]][] = [
  ['offset', name => m => (m.head.priorOffset = SUBJECTS[name]), ['mirror', 'self-check']],
  ['bins', () => m => (m.head.bins = 7), ['graph']],
  ['colour', () => m => (m.input.colour = m.input.colour === 'rgb' ? 'bgr' : 'rgb'), ['self-check']],
  ['sigmoid twice', () => m => (m.head.scores = 'logit'), ['scores']],
  ['mean', () => m => (m.input.mean = [0, 0, 0]), ['self-check']],
  [
    'resize',
    () => m => (m.input.resize.fit = m.input.resize.fit === 'stretch' ? 'letterbox' : 'stretch'),
    ['self-check'],
  ],
];
for (const name of Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[]) {
  for (const [field, change, proofs] of wrong) {
    test(`${name} with a wrong ${field} does not pass the check`, { skip }, async () => {
      const folderOf = path.join(folder, name);
      const manifest = JSON.parse(await readFile(path.join(folderOf, 'model.json'), 'utf8'));
      const broken = path.join(folder, 'broken');
      await cp(folderOf, broken, { recursive: true });
      change(name)(manifest);
      await writeFile(path.join(broken, 'model.json'), JSON.stringify(manifest));
      const { code, stdout, stderr } = await warmCli.run([
        'model',
        'check',
        'broken',
        '--models-dir',
        folder,
        '--format',
        'json',
      ]);
      assert.equal(code, 1);
      assert.match(stderr, /broken does not hold: /);
      const { findings } = JSON.parse(stdout) as { findings: { proof: string; verdict: string; text: string }[] };
      const failed = findings.filter(({ verdict }) => verdict === 'fails');
      for (const proof of proofs) {
        assert.ok(
          failed.some(finding => finding.proof === proof),
          `${proof} holds: ${JSON.stringify(findings, null, 1)}`,
        );
      }
      console.log(
        `${name}, ${field}: ${failed.map(({ proof, text }) => `${proof}: ${text.slice(0, 160)}`).join(' | ')}`,
      );
      await rm(broken, { recursive: true });
    });
  }
}

test('a batch that is claimed and does not hold is noticed', { skip }, async () => {
  const folderOf = path.join(folder, 'nanodet_m_416');
  const whole = await readFile(path.join(folderOf, 'model.json'), 'utf8');
  const manifest = JSON.parse(whole);
  manifest.input.dynamic = { batch: true, spatial: false, multipleOf: 1 };
  await writeFile(path.join(folderOf, 'model.json'), JSON.stringify(manifest));
  const { code, stdout } = await warmCli.run(['model', 'check', 'nanodet_m_416', '--models-dir', folder]);
  await writeFile(path.join(folderOf, 'model.json'), whole);
  assert.equal(code, 1);
  assert.match(stdout, /input\.dynamic\.batch is true but the graph fixes the batch/);
});

test('a checkpoint is no graph, and the sentence says what to do', { skip }, async () => {
  const { code, stderr } = await warmCli.run(['model', 'inspect', path.join(WEIGHTS, 'nanodet_m_416.ckpt')]);
  assert.equal(code, 1);
  assert.match(stderr, /a Python pickle: a PyTorch checkpoint \(export it to ONNX first/);
});
