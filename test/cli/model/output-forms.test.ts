import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { createDetector } from '../../../src/detector/index.ts';
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts';
import { floatTensor } from '../../../src/onnx/tensor.ts';
import { BGR, encoded, type Normalisation, RAW, RGB, UNIT } from '../../support/family-graph.ts';
import { channelsLast, exchangingColours, normalisingInside } from '../../support/normalising-inside.ts';
import { type OtherOutputs, otherOutputs, takingPixels } from '../../support/other-outputs.ts';
import { type Colour, squares } from '../../support/squares.ts';
import { startWarmCli } from '../../support/warm-cli.ts';

/** Graphs that give what they found in ways that no manifest can say: `model add` makes outputs of it that one can. */

const SIZE = 320;
const CELLS: [Colour, number, number][] = [
  ['red', 5, 4],
  ['green', 20, 9],
  ['blue', 12, 25],
];

const warmCli = startWarmCli();
after(warmCli.stop);
let folder: string;
let labels: string;
let picture: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-forms-'));
  labels = path.join(folder, 'colours.txt');
  await writeFile(labels, 'red\ngreen\nblue\n');
  picture = path.join(folder, 'squares.png');
  await writeFile(picture, await squares(CELLS, SIZE));
});
after(() => rm(folder, { recursive: true }));

/** @returns what the command said, and the model's folder */
async function add(model: ModelProto, ...args: string[]) {
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, encoded(model));
  const inspected = await warmCli.run(['model', 'inspect', file, '--classes', '3']);
  const given = ['--name', 'm', '--models-dir', folder, '--labels', labels, '--image', picture, '--force'];
  return { inspected: inspected.stdout, ...(await warmCli.run(['model', 'add', file, ...given, ...args])) };
}

/** The model that was added finds every square where it is, with that score. */
async function seesTheSquares(t: TestContext, score: number): Promise<void> {
  const detector = await createDetector(path.join(folder, 'm', 'model.json'), { provider: 'cpu' });
  t.after(() => detector.close());
  const { detections } = await detector.detect(await readFile(picture), { scoreThreshold: 0.3 });
  assert.deepEqual(detections.map(({ label }) => label).sort(), ['blue', 'green', 'red']);
  for (const { label, score: seen, box } of detections) {
    const [, column, row] = CELLS.find(([colour]) => colour === label)!;
    assert.ok(Math.abs(seen - score) < 1e-3, `${label}: ${seen}`);
    const middle = [(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2].map(edge => edge / 8 - 0.5);
    const off = Math.max(Math.abs(middle[0]! - column), Math.abs(middle[1]! - row));
    assert.ok(off < 0.25, `${label} is ${off} cells away`);
  }
}

/** A picture that is as large as the network input stays sharp. */
const NO_MARGIN = ['--set', 'input.resize.longSide=null'];

const forms: [OtherOutputs, string, Normalisation, string[], string[], RegExp, number][] = [
  [
    'rows',
    'yolov8',
    UNIT,
    [],
    [],
    /detections and labels instead of rows of x1, y1, x2, y2, score, class id in "output0"/,
    0.9975,
  ],
  ['rows', 'decoded', UNIT, [], ['yolov8'], /detections and labels instead of rows of x1/, 0.9975],
  [
    'paddle rows',
    'decoded',
    UNIT,
    [],
    ['ppyoloe-plus'],
    /scale_factor no input any more.*; detections and labels instead of rows of class id, score, x1, y1, x2, y2 in "multiclass_nms3_0\.tmp_0"/,
    0.9975,
  ],
  ['paddle rows', 'picodet', RGB, [], ['picodet'], /scale_factor no input any more/, 0.9975],
  [
    'image rows',
    'decoded',
    UNIT,
    [],
    ['yolov8'],
    /detections and labels instead of rows of image, x1, y1, x2, y2, class id, score in "output"/,
    0.9975,
  ],
  [
    'flat rows',
    'decoded',
    UNIT,
    NO_MARGIN,
    ['yolo-nas'],
    /detections and labels instead of rows of image, x1, y1, x2, y2, score, class id in "graph2_flat_predictions"/,
    0.9975,
  ],
  [
    'columns',
    'decoded',
    UNIT,
    NO_MARGIN,
    ['yolo-nas'],
    /instead of boxes in "graph2_pred_boxes", scores in "graph2_pred_scores", class ids in "graph2_pred_classes"/,
    0.9975,
  ],
  ['objectness', 'yolov8', UNIT, [], ['yolov8'], /their products instead of objectness and scores in "output"/, 0.798],
  [
    'objectness of 1',
    'yolov8',
    UNIT,
    [],
    ['yolov8'],
    /their products instead of objectness and scores in "output"/,
    0.9975,
  ],
  [
    'crossed',
    'decoded',
    UNIT,
    [],
    ['ppyoloe-plus'],
    /scores by points, as "boxes" goes instead of scores by classes in "concat_12\.tmp_0"/,
    0.9975,
  ],
  ['crossed', 'decoded', RGB, ['--preprocessing', 'ppyoloe'], [], /scores by points/, 0.9975],
];
for (const [form, family, normalisation, args, assumed, changed, score] of forms) {
  test(`${form} as ${family}${args.length > 0 ? ` with ${args.join(' ')}` : ''}`, async t => {
    const { code, stdout, stderr, inspected } = await add(
      otherOutputs(form, normalisation, SIZE),
      '--family',
      family,
      ...args,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, changed);
    assert.match(stdout, form === 'columns' || / rows$/.test(form) ? /one picture at a time$/m : /any batch$/m);
    assert.match(inspected, /^ +the file has .*; "model add" makes .* of them$/m);
    assert.match(inspected, new RegExp(`^ +${family} +fits: `, 'm'));
    const warned = /PREPROCESSING ASSUMED: that of (\S+)\./.exec(stdout)?.[1];
    assert.deepEqual(warned === undefined ? [] : [warned], assumed);

    await seesTheSquares(t, score);
  });
}

test('a graph that finds nothing in noise has no values to tell of', async () => {
  const model = otherOutputs('paddle rows', UNIT, SIZE);
  const floor = model.graph!.initializer.findIndex(({ name }) => name === 'found_from');
  model.graph!.initializer[floor] = floatTensor('found_from', [1], Float32Array.of(2));
  const file = path.join(folder, 'nothing.onnx');
  await writeFile(file, encoded(model));
  const { stdout } = await warmCli.run(['model', 'inspect', file]);
  assert.match(stdout, /^ +out +detections +float32 \[1, 0, 5\] declared \[batch, points, 5\] {2}no values, from /m);
  const { outputs } = JSON.parse((await warmCli.run(['model', 'inspect', file, '--format', 'json'])).stdout);
  assert.ok(outputs.every((output: object) => !('range' in output)));
});

test('the margin of YOLO-NAS is as large a part of other sizes as 4 of 640 pixels', async () => {
  const { stdout } = await add(otherOutputs('columns', UNIT, SIZE), '--family', 'decoded');
  assert.match(stdout, /from the protocol +letterbox 318, bilinear/);
});

test('a graph that takes pixels as they are gets them whole, and normalised by nobody', async t => {
  const model = takingPixels(otherOutputs('columns', RAW, SIZE));
  const { code, stdout, stderr } = await add(model, '--family', 'decoded', ...NO_MARGIN);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /float32 instead of uint8 at images;/);
  assert.match(stdout, /padded with 114,114,114; rgb, mean 0 0 0, std 1 1 1;/);
  await seesTheSquares(t, 0.9975);
});

const PP_YOLOE = ['--family', 'decoded', '--preprocessing', 'ppyoloe'];
const inside: [string, Normalisation, 255 | 1, RegExp][] = [
  ['pixels', RGB, 255, /takes values of 0 to 255, rgb, and normalises them itself$/m],
  ['pixels of another order', BGR, 255, /takes values of 0 to 255, bgr, and normalises them itself$/m],
  ['fractions', RGB, 1, /takes values of 0 to 1, rgb, and normalises them itself$/m],
];
for (const [what, normalisation, range, said] of inside) {
  test(`a graph that normalises ${what} itself is given them, and normalised by nobody else`, async t => {
    const model = normalisingInside(otherOutputs('crossed', normalisation, SIZE), normalisation, range);
    const { code, stdout, stderr, inspected } = await add(model, ...PP_YOLOE);
    assert.equal(code, 0, stderr);
    assert.match(stdout, said);
    assert.match(inspected, said);
    await seesTheSquares(t, 0.9975);
  });
}

test('a graph that exchanges red and blue is given them in the other order', async t => {
  for (const [model, said, ...preprocessing] of [
    [exchangingColours(otherOutputs('crossed', RGB, SIZE)), /exchanges red and blue$/m, 'ppyoloe'],
    [
      exchangingColours(normalisingInside(otherOutputs('crossed', UNIT, SIZE), UNIT)),
      /exchanges red and blue, takes values of 0 to 255 and normalises them itself$/m,
      'ppyoloe-plus',
    ],
  ] as const) {
    const { code, stdout, stderr, inspected } = await add(
      model,
      '--family',
      'decoded',
      '--preprocessing',
      ...preprocessing,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, said);
    assert.match(inspected, said);
    await seesTheSquares(t, 0.9975);
  }
});

test('a graph with channels last is given them first, also as whole pixels', async t => {
  for (const model of [
    otherOutputs('crossed', RGB, SIZE),
    takingPixels(normalisingInside(otherOutputs('crossed', RGB, SIZE), RGB)),
  ]) {
    const { code, stdout, stderr, inspected } = await add(channelsLast(model), ...PP_YOLOE);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /changed in it .*channels first instead of last at images/);
    assert.match(inspected, /^ +the file has channels last at images; "model add" makes them the first$/m);
    await seesTheSquares(t, 0.9975);
  }
});
