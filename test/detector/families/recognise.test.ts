import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { FAMILY_NAMES, type FamilyName, inspectGraph } from '../../../src/detector/authoring.ts';
import { decoded } from '../../../src/detector/families/decoded.ts';
import type { ProbedGraph } from '../../../src/detector/families/family.ts';
import { nanodetPlus } from '../../../src/detector/families/nanodet-plus.ts';
import { recognise } from '../../../src/detector/families/recognise.ts';
import { yolov8 } from '../../../src/detector/families/yolov8.ts';
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts';
import { decodedGraph } from '../../support/decoded-graph.ts';
import { BGR, encoded, familyGraph, RAW, RGB, UNIT } from '../../support/family-graph.ts';

let folder: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-recognise-'));
});
after(() => rm(folder, { recursive: true }));

async function inspect(model: ModelProto, wishes: Parameters<typeof inspectGraph>[1] = {}) {
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, encoded(model));
  return inspectGraph(file, wishes);
}

const NANODET = { normalisation: BGR, strides: [8, 16, 32], bins: 8, priorOffset: 0.5 } as const;
const PLUS = { normalisation: BGR, strides: [8, 16, 32, 64], bins: 8, priorOffset: 0, form: 'fused together' } as const;
const PICODET = { normalisation: RGB, strides: [8, 16, 32, 64], bins: 8, priorOffset: 0.5 } as const;
const GFL = {
  normalisation: RGB,
  strides: [8, 16, 32, 64, 128],
  bins: 17,
  priorOffset: 0,
  layout: 'channels-first',
  scores: 'logit',
} as const;
const YOLO = {
  normalisation: UNIT,
  strides: [8, 16, 32],
  bins: 16,
  priorOffset: 0.5,
  layout: 'channels-first',
  form: 'fused apart',
  scores: 'logit',
} as const;
const fixed = { size: { width: 320, height: 320 } };

// biome-ignore lint/suspicious/noExplicitAny: parts of heads of two kinds.
const cases: [string, ModelProto, FamilyName[], any][] = [
  ['nanodet, 8 bins', familyGraph(NANODET), ['nanodet'], { bins: 8, scores: 'probability', priorOffset: 0.5 }],
  ['nanodet, 11 bins', familyGraph({ ...NANODET, bins: 11 }), ['nanodet'], { bins: 11, strides: [8, 16, 32] }],
  ['nanodet, fixed size', familyGraph({ ...NANODET, ...fixed }), ['nanodet'], { bins: 8 }],
  [
    'nanodet exported by v1.x: one tensor',
    familyGraph({ ...NANODET, form: 'fused together' }),
    ['nanodet'],
    { order: 'scores-first', outputs: [{ fused: 'output' }] },
  ],
  [
    'the same with 11 bins, told by which channels stay in 0..1',
    familyGraph({ ...NANODET, bins: 11, form: 'fused together' }),
    ['nanodet'],
    { bins: 11 },
  ],
  ['nanodet-plus', familyGraph(PLUS), ['nanodet-plus'], { bins: 8, priorOffset: 0, layout: 'points-first' }],
  ['picodet', familyGraph(PICODET), ['picodet'], { bins: 8, priorOffset: 0.5 }],
  [
    'gfl: maps of logits',
    familyGraph(GFL),
    ['gfl'],
    { bins: 17, scores: 'logit', layout: 'channels-first', priorOffset: 0 },
  ],
  [
    'gflv2: products of probabilities',
    familyGraph({ ...GFL, scores: 'product' }),
    ['gfl', 'gflv2'],
    { scores: 'probability' },
  ],
  ['gfl with the points first', familyGraph({ ...GFL, layout: 'points-first' }), ['gfl'], { layout: 'points-first' }],
  [
    'yolov8: raw maps',
    familyGraph(YOLO),
    ['yolov8'],
    { bins: 16, order: 'boxes-first', scores: 'logit', priorOffset: 0.5, layout: 'channels-first' },
  ],
  [
    'yolov8: the usual export',
    decodedGraph({ normalisation: UNIT, size: 320, form: 'fused', boxes: 'cxcywh' }),
    ['yolov8', 'decoded'],
    { boxes: 'cxcywh', order: 'boxes-first', layout: 'channels-first', scores: 'probability' },
  ],
  [
    'decoded: boxes and scores',
    decodedGraph({ normalisation: RAW, size: 320, form: 'apart' }),
    ['decoded'],
    { boxes: 'xyxy', outputs: [{ scores: 'scores', boxes: 'boxes' }] },
  ],
  [
    'decoded: suppressed inside',
    decodedGraph({ normalisation: BGR, size: 320, form: 'dets' }),
    ['decoded'],
    { detections: 'dets', labels: 'labels' },
  ],
];
for (const [name, model, families, head] of cases) {
  test(`recognised: ${name}`, async () => {
    const inspection = await inspect(model);
    const fitting = FAMILY_NAMES.filter(family => 'head' in inspection.families[family]);
    assert.deepEqual(fitting, families);
    for (const family of families) {
      const fit = inspection.families[family];
      assert.ok('head' in fit);
      for (const [field, value] of Object.entries(head)) {
        assert.deepEqual(fit.head[field as keyof typeof fit.head], value, `${family} ${field}`);
      }
      assert.equal(fit.classes, 'detections' in fit.head ? undefined : 3);
    }
    for (const family of FAMILY_NAMES.filter(other => !families.includes(other))) {
      const fit = inspection.families[family];
      assert.ok('reasons' in fit && fit.reasons.length > 0 && fit.reasons.every(reason => reason.length > 10), family);
    }
  });
}

test('any size: claimed only where two sizes give the same head', async () => {
  const dynamic = (await inspect(familyGraph(NANODET))).families.nanodet;
  const still = (await inspect(familyGraph({ ...NANODET, ...fixed }))).families.nanodet;
  assert.deepEqual(['head' in dynamic && dynamic.anySize, 'head' in still && still.anySize], [true, false]);
});

test('outputs in any order and with any names are bound to their levels', async () => {
  const model = familyGraph({ ...NANODET, ...fixed });
  const [first, second, ...rest] = model.graph!.output;
  model.graph!.output = [...rest, second!, first!];
  const fit = (await inspect(model)).families.nanodet;
  assert.ok('head' in fit && 'outputs' in fit.head);
  assert.deepEqual(
    fit.head.outputs,
    [8, 16, 32].map(stride => ({ stride, scores: `scores_${stride}`, boxes: `boxes_${stride}` })),
  );
});

const refusals: [string, ModelProto, FamilyName, RegExp, Parameters<typeof inspectGraph>[1]?][] = [
  ['bins of another family', familyGraph({ ...NANODET, bins: 5 }), 'nanodet', /3 and 20 channels.*say --bins 5/],
  ['bins that were named wrongly', familyGraph(NANODET), 'nanodet', /44 of boxes/, { bins: 11 }],
  ['labels that are not the classes', familyGraph(NANODET), 'nanodet', /and 4 of scores are expected/, { classes: 4 }],
  ['one level more', familyGraph(PICODET), 'nanodet', /more levels than strides 8, 16, 32 \("(scores|boxes)_64"\)/],
  ['one level less', familyGraph(NANODET), 'picodet', /no output has the 49 points of stride 64 at 416x416/],
  [
    'another form',
    familyGraph(PICODET),
    'nanodet-plus',
    /a tensor of scores and one of boxes for every level, not one tensor/,
  ],
  ['logits as GFLv2', familyGraph(GFL), 'gflv2', /logits, and those of GFLv2 are probabilities/],
  [
    'boxes in fractions',
    decodedGraph({ normalisation: RAW, size: 320, form: 'apart', boxes: 'fractions' }),
    'decoded',
    /fractions of the input, where pixels/,
  ],
];
for (const [name, model, family, reason, wishes] of refusals) {
  test(`not recognised, and why: ${name}`, async () => {
    const fit = (await inspect(model, wishes)).families[family];
    assert.ok('reasons' in fit);
    assert.match(fit.reasons.join('; '), reason);
  });
}

for (const [name, model, wishes, expected] of [
  [
    'reg_max 10',
    { ...PLUS, bins: 11 },
    {},
    /scores of its 15 classes are not in 0\.\.1.*: say --bins 11 if .* leaves 3 classes/,
  ],
  [
    'reg_max 10, labels named',
    { ...PLUS, bins: 11 },
    { classes: 3 },
    /47, which 8 bins.* and 3 classes do not make \(say --bins 11/,
  ],
  [
    'no sigmoid',
    { ...PLUS, scores: 'logit' },
    {},
    /3 classes are not in 0\.\.1.*, or --bins 8 if its sigmoid was left out/,
  ],
  ['reg_max 10, bins named', { ...PLUS, bins: 11 }, { bins: 11 }, { bins: 11, scores: 'probability' }],
  ['no sigmoid, bins named', { ...PLUS, scores: 'logit' }, { bins: 8 }, { bins: 8, scores: 'logit' }],
  ['no sigmoid, labels named', { ...PLUS, scores: 'logit' }, { classes: 3 }, { bins: 8, scores: 'logit' }],
] as const) {
  test(`nanodet-plus: logits of boxes are not taken for scores: ${name}`, async () => {
    const fit = (await inspect(familyGraph(model), wishes)).families['nanodet-plus'];
    if (expected instanceof RegExp) {
      assert.ok('reasons' in fit, JSON.stringify(fit));
      assert.match(fit.reasons.join('; '), expected);
    } else {
      assert.ok('head' in fit && 'bins' in fit.head, JSON.stringify(fit));
      assert.deepEqual({ bins: fit.head.bins, scores: fit.head.scores }, expected);
      assert.equal(fit.classes, 3);
    }
  });
}

test('bins and strides that are named are taken', async () => {
  const five = (await inspect(familyGraph({ ...NANODET, bins: 5 }), { bins: 5 })).families.nanodet;
  const two = (await inspect(familyGraph({ ...NANODET, strides: [16, 32] }), { strides: [16, 32] })).families.nanodet;
  assert.ok('head' in five && 'bins' in five.head && five.head.bins === 5);
  assert.ok('head' in two && 'strides' in two.head);
  assert.deepEqual(two.head.strides, [16, 32]);
});

test('as many classes as box channels: a sigmoid or a name tells which is which, and nothing else is guessed', async () => {
  const graph = { ...NANODET, bins: 3, classes: 12 };
  for (const scores of ['probability', 'logit'] as const) {
    const fit = (await inspect(familyGraph({ ...graph, scores }), { bins: 3 })).families.nanodet;
    assert.ok('head' in fit && 'outputs' in fit.head);
    assert.deepEqual(fit.head.outputs[1], { stride: 16, scores: 'scores_16', boxes: 'boxes_16' }, scores);
  }
  const nameless = familyGraph({ ...graph, scores: 'logit' });
  for (const [i, output] of nameless.graph!.output.entries()) {
    for (const node of nameless.graph!.node)
      node.output = node.output.map(name => (name === output.name ? `t${i}` : name));
    output.name = `t${i}`;
  }
  const fit = (await inspect(nameless, { bins: 3 })).families.nanodet;
  assert.ok('reasons' in fit);
  assert.match(fit.reasons.join(), /"t0" and "t1" could both be the scores: say --labels or --bins/);
});

test('where only one way fits, probabilities are not taken for boxes', async () => {
  // A NanoDet of 16 bins and 4 classes: 8 or 11 bins are known, or 4 distances.
  const graph = { ...NANODET, bins: 16, classes: 4, scores: 'logit' } as const;
  const { nanodet } = (await inspect(familyGraph({ ...graph, scores: 'probability' }))).families;
  assert.ok('reasons' in nanodet, JSON.stringify(nanodet));
  assert.match(nanodet.reasons.join(), /"scores_\d+" ends in a sigmoid as scores do, and has the channels of boxes/);
  const told = (await inspect(familyGraph({ ...graph, scores: 'probability' }), { bins: 16 })).families.nanodet;
  assert.ok('head' in told && told.classes === 4);
});

const inputs: [string, ModelProto, RegExp][] = [
  [
    'a batch of four',
    withInputDims([4, 3, 64, 64]),
    /input "images" is \[4, 3, 64, 64\]: export it with a batch of 1, or a dynamic one/,
  ],
  ['four channels', withInputDims([1, 4, 64, 64]), /is \[1, 4, 64, 64\], not \[batch, 3, height, width\]/],
  ['four channels, last', withInputDims([1, 64, 64, 4]), /is \[1, 64, 64, 4\], not \[batch, 3, height, width\]/],
];
for (const [name, model, message] of inputs) {
  test(`an input that cannot be served is refused in a sentence: ${name}`, async () => {
    await assert.rejects(inspect(model), { code: 'invalid_graph', message });
  });
}

test('a size that the graph does not take is refused', async () => {
  await assert.rejects(inspect(familyGraph({ ...NANODET, ...fixed }), { size: { width: 416, height: 416 } }), {
    message: /takes 320x320 only, not 416x416/,
  });
});

function withInputDims(dims: number[]): ModelProto {
  const model = familyGraph(NANODET);
  const type = model.graph!.input[0]!.type!.value;
  assert.ok(type.case === 'tensorType');
  for (const [i, dim] of type.value.shape!.dim.entries()) dim.value = { case: 'dimValue', value: BigInt(dims[i]!) };
  return model;
}

/** What the usual exports give at 640x640, values and all, without the graph. */
function decodedProbe(
  channels: number,
  strides: readonly number[],
  order: 'boxes-first' | 'scores-first',
  layout: 'points' | 'channels',
) {
  const points = strides.reduce((sum, stride) => sum + (640 / stride) ** 2, 0);
  const data = new Float32Array(channels * points);
  const put = (point: number, channel: number, value: number) => {
    data[layout === 'points' ? point * channels + channel : channel * points + point] = value;
  };
  for (let point = 0; point < points; point++) {
    const boxAt = order === 'boxes-first' ? 0 : channels - 4;
    for (let c = 0; c < channels; c++) {
      const isBox = c >= boxAt && c < boxAt + 4;
      put(point, c, isBox ? ((point * 37) % 600) + (c - boxAt >= 2 ? 30 : 0) : ((point + c) % 97) / 100);
    }
  }
  const dims = layout === 'points' ? [1, points, channels] : [1, channels, points];
  return { width: 640, height: 640, outputs: [{ name: 'output0', dims, data }] };
}

const description = {
  outputs: [{ name: 'output0', endings: [] }],
  operators: {},
} as unknown as ProbedGraph['description'];
for (const [name, family, probe, boxes] of [
  ['the usual export of YOLOv8 for COCO', yolov8, decodedProbe(84, [8, 16, 32], 'boxes-first', 'channels'), true],
  ['that of YOLOv8 for 200 classes', yolov8, decodedProbe(204, [8, 16, 32], 'boxes-first', 'channels'), true],
  ['a decoded one of four levels', nanodetPlus, decodedProbe(84, [8, 16, 32, 64], 'scores-first', 'points'), false],
  ['the same, boxes first', nanodetPlus, decodedProbe(85, [8, 16, 32, 64], 'boxes-first', 'points'), false],
] as const) {
  test(`boxes in pixels are no distributions: ${name}`, () => {
    const found = family.recognise({ description, probes: [probe] }, probe, {});
    if (boxes) {
      assert.ok('head' in found, JSON.stringify(found));
      assert.equal(found.classes, probe.outputs[0]!.dims[1]! - 4);
      assert.ok('boxes' in found.head && found.head.boxes !== 'logits', JSON.stringify(found.head));
    } else {
      assert.ok('reasons' in found);
      assert.match(found.reasons.join(), /boxes in pixels, where logits are expected/);
    }
  });
}

/** The same at 128x128, where no coordinate is larger than a logit may be. */
function smallProbe() {
  const points = 16 ** 2 + 8 ** 2 + 4 ** 2;
  const data = Float32Array.from({ length: 84 * points }, (_, i) => {
    const [channel, point] = [Math.floor(i / points), i % points];
    if (channel < 4) return channel < 2 ? ((point * 37) % 100) + 20 : 12;
    return ((point + channel) % 97) / 100;
  });
  return { width: 128, height: 128, outputs: [{ name: 'output0', dims: [1, 84, points], data }] };
}

test('boxes in pixels of a small input are no distributions, either', () => {
  const found = yolov8.recognise({ description, probes: [smallProbe()] }, smallProbe(), {});
  assert.ok('head' in found, JSON.stringify(found));
  assert.deepEqual([found.classes, 'boxes' in found.head && found.head.boxes], [80, 'cxcywh']);
});

test('scores by classes are no head of distributions', () => {
  const points = 52 ** 2 + 26 ** 2 + 13 ** 2 + 7 ** 2;
  const data = Float32Array.from({ length: 80 * points }, (_, i) => (i % 97) / 100);
  const probe = { width: 416, height: 416, outputs: [{ name: 'scores', dims: [1, 80, points], data }] };
  const plus = nanodetPlus.recognise({ description, probes: [probe] }, probe, {});
  assert.match('reasons' in plus ? plus.reasons.join() : JSON.stringify(plus), /are in 0\.\.1: scores, not logits/);
});

/** Boxes and 80 scores of 8400 points, and other outputs in front of them. */
function apartProbe(more: Record<string, { channels: number; at: (i: number) => number }>) {
  const points = 8400;
  const tensors = {
    ...more,
    boxes: { channels: 4, at: (i: number) => ((i >> 2) % 600) + (i % 4 >= 2 ? 30 : 0) },
    scores: { channels: 80, at: (i: number) => (i % 97) / 100 },
  };
  const outputs = Object.entries(tensors).map(([name, { channels, at }]) => ({
    name,
    dims: [1, points, channels],
    data: Float32Array.from({ length: channels * points }, (_, i) => at(i)),
  }));
  return { width: 640, height: 640, outputs };
}

for (const [name, more] of [
  ['nothing', {}],
  ['the best score of each point', { best: { channels: 1, at: i => (i % 90) / 100 } }],
  ['class ids', { ids: { channels: 1, at: i => i % 80 } }],
  ['sizes', { sizes: { channels: 2, at: i => i % 500 } }],
] satisfies [string, Parameters<typeof apartProbe>[0]][]) {
  test(`boxes and scores in two tensors, and beside them ${name}`, () => {
    const probe = apartProbe(more);
    const found = decoded.recognise({ description, probes: [probe] }, probe, {});
    assert.ok('head' in found && 'outputs' in found.head, JSON.stringify(found));
    assert.deepEqual(found.head.outputs, [{ scores: 'scores', boxes: 'boxes' }]);
    assert.equal(found.classes, 80);
  });
}

test('two tensors that could be the boxes are a question', () => {
  const probe = apartProbe({ half: { channels: 4, at: i => ((i >> 2) % 500) + (i % 4 >= 2 ? 9 : 0) } });
  const found = decoded.recognise({ description, probes: [probe] }, probe, {});
  assert.match(JSON.stringify(found), /half.* and .*boxes.* could both be the boxes: leave one of them out/);
});

test('masks, keypoints and angles behind the scores are called by their name', () => {
  const [output] = decodedProbe(84, [8, 16, 32], 'boxes-first', 'channels').outputs;
  // The last 30 channels: pixels.
  const data = output!.data.map((value, i) => (i >= 54 * 8400 ? i % 600 : value));
  const probe = { width: 640, height: 640, outputs: [{ ...output!, data }] };
  const found = yolov8.recognise({ description, probes: [probe] }, probe, {});
  assert.match(
    JSON.stringify(found),
    /with 84 channels has boxes, 50 of scores and 30 of something else \(masks, keypoints or angles\): only detectors/,
  );
});

test('a third tensor at every level is named', () => {
  const outputs = [8, 16, 32].flatMap(stride =>
    ['box', 'cls', 'sum'].map((part, i) => {
      const [channels, side] = [[64, 80, 1][i]!, 320 / stride];
      const data = Float32Array.from({ length: channels * side * side }, (_, at) => (at % 13) - 6);
      return { name: `${part}_${stride}`, dims: [1, channels, side, side], data };
    }),
  );
  const probe = { width: 320, height: 320, outputs };
  const found = yolov8.recognise({ description, probes: [probe] }, probe, {});
  assert.ok('reasons' in found);
  assert.match(found.reasons.join('; '), /stride 8 has "box_8", "cls_8", "sum_8": leave those that are neither scores/);
});

/** Boxes with scores, scores by themselves and class ids, which are `type`; the scores come first. */
function besideScores(type: string, scores: readonly number[], ids: readonly number[]) {
  const outputs = [
    { name: 'dets', dims: [1, ids.length, 5], data: Float32Array.from(ids.flatMap(() => [9, 9, 99, 99, 0])) },
    { name: 'scores', dims: [1, ids.length], data: Float32Array.from(scores) },
    { name: 'ids', dims: [1, ids.length], data: Float32Array.from(ids) },
  ];
  const declared = outputs.map(output => ({ ...output, endings: [], type: output.name === 'ids' ? type : 'float32' }));
  const probe = { width: 320, height: 320, outputs };
  return { graph: { description: { ...description, outputs: declared }, probes: [probe] }, probe };
}

for (const [name, type, scores, ids] of [
  ['declared as such, and there are none', 'int64', [], []],
  ['declared as such, and all is 0', 'int64', [0, 0, 0], [0, 0, 0]],
  ['scores are no whole numbers', 'float32', [0.5, 0.5, 0.5], [0, 1, 1]],
  ['scores are all 0', 'float32', [0, 0, 0], [0, 3, 1]],
  ['scores are all 0, and class ids of rows that fill up -1', 'float32', [0, 0, 0], [-1, -1, -1]],
] as const) {
  test(`class ids are told from scores beside boxes and scores: ${name}`, () => {
    const { graph, probe } = besideScores(type, scores, ids);
    const found = decoded.recognise(graph, probe, {});
    assert.deepEqual('head' in found && found.head, { detections: 'dets', labels: 'ids' });
  });
}

for (const [name, scores, ids] of [
  ['all is 0', Array(300).fill(0), Array(300).fill(0)],
  ['there are none', [], []],
] as const) {
  test(`class ids that cannot be told from scores are asked for: ${name}`, () => {
    const { graph, probe } = besideScores('float32', scores, ids);
    const found = decoded.recognise(graph, probe, {});
    assert.deepEqual(found, {
      reasons: [`"scores" and "ids" could both be the class ids: leave what is none out of the graph's outputs`],
    });
    assert.ok('reasons' in yolov8.recognise(graph, probe, {}), 'the rows of boxes are no fused tensor of one class');
  });
}

/** A decoded probe as the export of YOLOv5 would give it, its fifth channel a score like the others. */
function withMetadata(channels: number, metadata: Record<string, string>): ProbedGraph {
  const probe = decodedProbe(channels, [8, 16, 32], 'boxes-first', 'points');
  return { description: { ...description, metadata }, probes: [probe] };
}

const names = `{0: 'red', 1: 'green', 2: 'blue'}`;
const named: [string, ProbedGraph, Parameters<typeof inspectGraph>[1], number | RegExp][] = [
  ['as many names', withMetadata(7, { names }), {}, 3],
  ['no names', withMetadata(8, {}), {}, 4],
  ['names of another model', withMetadata(9, { names }), {}, 5],
  ['one name fewer in the metadata, and all labels named', withMetadata(8, { names }), { classes: 4 }, 4],
  ['two labels fewer', withMetadata(9, {}), { classes: 3 }, /is 4 \+ 5 classes, not 3/],
  ['a task that is detection', withMetadata(7, { names, task: 'detect' }), {}, 3],
  ['another task', withMetadata(7, { names, task: 'obb' }), {}, /its task is "obb", and only detectors are served/],
];
for (const [name, graph, wishes, expected] of named) {
  test(`metadata and labels of a decoded graph: ${name}`, () => {
    for (const family of ['yolov8', 'decoded'] as const) {
      const fit = recognise(family, graph, wishes);
      if (typeof expected === 'number') assert.equal('head' in fit && fit.classes, expected, JSON.stringify(fit));
      else assert.match('reasons' in fit ? fit.reasons.join('; ') : JSON.stringify(fit), expected);
    }
  });
}

test('two classes with their scores in rows are two classes', () => {
  const probe = decodedProbe(6, [8, 16, 32], 'boxes-first', 'points');
  const found = yolov8.recognise({ description, probes: [probe] }, probe, {});
  assert.ok('head' in found && found.classes === 2, JSON.stringify(found));
});
