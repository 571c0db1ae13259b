import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createDetector } from '../../../src/detector/index.ts';
import { compareSelfCheck } from '../../../src/detector/model/self-check.ts';
import { tinyScore, writeTinyModel } from '../../support/tiny-model.ts';

let folder: string;
let manifestPath: string;
let whole: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-self-check-'));
  manifestPath = await writeTinyModel(folder);
  whole = await readFile(manifestPath, 'utf8');
  const square = { create: { width: 8, height: 8, channels: 3, background: '#ff0000' } } as const;
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#000000' } })
    .composite([{ input: square, left: 40, top: 16 }])
    .png()
    .toFile(path.join(folder, 'check.png'));
  await sharp(path.join(folder, 'check.png'))
    .resize(256, 256, { kernel: 'nearest' })
    .toFile(path.join(folder, 'large.png'));
});
after(() => rm(folder, { recursive: true }));

const right = { label: 'red', score: tinyScore(1), box: [36, 8, 60, 44] };
/** On the picture that is four times as large. */
const large = (box: number[]) => ({ ...right, box: box.map(edge => edge * 4) });
// biome-ignore lint/suspicious/noExplicitAny: as below.
const ofLarge = (manifest: any) => (manifest.selfCheck.image = 'large.png');
const NOT_FOUND = /self-check of tiny failed: .*was not found/;

// What the manifest claims, what is changed in it besides, and the failure.
// biome-ignore lint/suspicious/noExplicitAny: changes of every kind.
const cases: [string, unknown[], (manifest: any) => void, RegExp | undefined][] = [
  ['right', [right], () => {}, undefined],
  ['a score off by 0.01 is still right', [{ ...right, score: right.score - 0.01 }], () => {}, undefined],
  ['a score off by 0.1', [{ ...right, score: right.score - 0.1 }], () => {}, NOT_FOUND],
  ['a box off by 2 pixels', [{ ...right, box: [38, 8, 60, 44] }], () => {}, NOT_FOUND],
  ['a pixel of the network, four of the picture', [large([36, 8, 60.9, 44])], ofLarge, undefined],
  ['more than a pixel of the network', [large([36, 8, 61.1, 44])], ofLarge, NOT_FOUND],
  [
    'another class',
    [{ ...right, label: 'green' }],
    () => {},
    /green .* was not found; red .* was found but is not known/,
  ],
  ['one more than is there', [right, { ...right, label: 'blue' }], () => {}, NOT_FOUND],
  ['a wrong prior offset', [right], m => (m.head.priorOffset = 0), NOT_FOUND],
  ['wrong colour order', [right], m => (m.input.colour = 'bgr'), NOT_FOUND],
  ['a sigmoid too many', [right], m => (m.head.scores = 'logit'), NOT_FOUND],
  ['a wrong scale', [right], m => (m.input.scale = 0.5), NOT_FOUND],
  ['no picture', [right], m => (m.selfCheck.image = 'none.png'), /self-check of tiny failed: none\.png cannot be read/],
];
for (const [name, detections, change, failure] of cases) {
  test(`self-check: ${name}`, async () => {
    const manifest = JSON.parse(whole);
    manifest.selfCheck = { image: 'check.png', detections };
    change(manifest);
    await writeFile(manifestPath, JSON.stringify(manifest));
    const loading = createDetector(manifestPath, { provider: 'cpu' });
    if (failure === undefined) await (await loading).close();
    else await assert.rejects(loading, { code: 'self_check_failed', message: failure });
  });
}

test('self-check: of a stretched picture the axis that was shrunk more decides what a pixel of the network is', () => {
  const known = [{ label: 'red', score: 0.9, box: [0, 0, 100, 400] }];
  const found = (bottom: number) => [
    { classId: 0, label: 'red', score: 0.9, box: { x1: 0, y1: 0, x2: 100, y2: bottom } },
  ];
  const scale = { scaleX: 1, scaleY: 0.25 };
  assert.deepEqual(compareSelfCheck(known, found(403.9), scale), []);
  assert.equal(compareSelfCheck(known, found(404.1), scale).length, 2, 'one is missing, another is there');
});
