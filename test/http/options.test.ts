import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadedManifest } from '../../src/detector/index.ts';
import { ServiceError } from '../../src/errors.ts';
import { OPTION_SCHEMAS } from '../../src/http/option-schemas.ts';
import { readOptions } from '../../src/http/options.ts';
import { JPEG_HEAD, multipart } from '../support/pictures.ts';
import { createTestApp } from '../support/test-app.ts';

const model = (name: string, labels: string[]) =>
  ({ manifest: { name }, labels, folder: '' }) as unknown as LoadedManifest;
/** The second label holds a blank, the third looks like an id, the fourth has a colon. */
const FIRST = model('first', ['person', 'traffic light', '0', 'a:b']);
const SECOND = model('second', ['boat']);

const given = (options: Record<string, unknown>) => Object.entries(options).map(([name, value]) => ({ name, value }));
const read = (options: Record<string, unknown>) => readOptions(given(options), [FIRST, SECOND]);

test('without options: the defaults of the contract, the rest from the manifest', () => {
  assert.deepEqual(read({}), {
    model: FIRST,
    options: { scoreThreshold: 0.25, maxDetections: 100 },
    includeTimings: false,
    bands: false,
  });
});

const READ: [name: string, option: Record<string, unknown>, key: string, value: unknown][] = [
  ['a threshold as text', { score_threshold: '0.5' }, 'scoreThreshold', 0.5],
  ['a threshold as a JSON number', { score_threshold: 0.5 }, 'scoreThreshold', 0.5],
  ['a threshold of 0', { score_threshold: '0' }, 'scoreThreshold', 0],
  ['a threshold of 1', { score_threshold: '1' }, 'scoreThreshold', 1],
  ['a threshold without leading zero', { score_threshold: '.5' }, 'scoreThreshold', 0.5],
  ['a threshold with an exponent', { score_threshold: '5e-1' }, 'scoreThreshold', 0.5],
  ['blanks around a number', { iou_threshold: ' 0.6 ' }, 'iouThreshold', 0.6],
  ['the fewest detections', { max_detections: '1' }, 'maxDetections', 1],
  ['the most detections', { max_detections: 1000 }, 'maxDetections', 1000],
  ['one class by name', { classes: 'person' }, 'classes', ['person']],
  ['classes by name and id', { classes: ' traffic light , 3' }, 'classes', ['traffic light', 'a:b']],
  ['classes as a JSON array', { classes: ['person', 1] }, 'classes', ['person', 'traffic light']],
  ['a name that looks like an id', { classes: '0' }, 'classes', ['0']],
  ['a threshold of one class', { class_thresholds: 'person:0.5' }, 'classThresholds', { person: 0.5 }],
  [
    'thresholds of several classes',
    { class_thresholds: 'person:0.5, traffic light: 1,a:b:0.1' },
    'classThresholds',
    { person: 0.5, 'traffic light': 1, 'a:b': 0.1 },
  ],
  [
    'thresholds as JSON',
    { class_thresholds: { person: 0.5, '1': 0 } },
    'classThresholds',
    { person: 0.5, 'traffic light': 0 },
  ],
  ['true', { class_agnostic: 'true' }, 'classAgnostic', true],
  ['TRUE', { class_agnostic: 'TRUE' }, 'classAgnostic', true],
  ['1', { class_agnostic: '1' }, 'classAgnostic', true],
  ['false', { class_agnostic: 'false' }, 'classAgnostic', false],
  ['0', { class_agnostic: '0' }, 'classAgnostic', false],
  ['a JSON boolean', { class_agnostic: true }, 'classAgnostic', true],
  ['the number 1 as JSON', { class_agnostic: 1 }, 'classAgnostic', true],
  ['the number 0 as JSON', { class_agnostic: 0 }, 'classAgnostic', false],
  ['distribution', { include: 'distribution' }, 'includeDistribution', true],
  ['timings leave the distribution out', { include: 'timings' }, 'includeDistribution', false],
];

for (const [name, option, key, value] of READ) {
  test(`read: ${name}`, () => {
    assert.deepEqual(Object.entries(read(option).options).find(([found]) => found === key)?.[1], value);
  });
}

test('include=timings is for the edge, not for the engine', () => {
  assert.deepEqual(read({ include: 'timings,distribution' }), {
    model: FIRST,
    options: { scoreThreshold: 0.25, maxDetections: 100, includeDistribution: true },
    includeTimings: true,
    bands: false,
  });
  assert.equal(read({ include: ['timings'] }).includeTimings, true);
  assert.equal(read({ include: [] }).includeTimings, false);
});

test('class names are those of the chosen model', () => {
  assert.deepEqual(read({ model: 'second', classes: 'boat' }).options.classes, ['boat']);
  assert.deepEqual(read({ classes: '0', model: 'second' }).options.classes, ['boat']);
});

const FRACTION = 'expected a number from 0 to 1.';
const COUNT = 'expected a whole number from 1 to 1000.';
const FLAG = 'expected true, false, 1 or 0.';
const PAIRS = 'expected pairs like person:0.5,car:0.3.';
const CLASSES = 'expected class names or ids, comma-separated.';
const INCLUDES = 'expected a comma list of distribution, timings.';

const REFUSED: [name: string, option: Record<string, unknown>, sentence: string | RegExp][] = [
  ['a word', { score_threshold: 'high' }, `Option score_threshold is "high"; ${FRACTION}`],
  ['an empty text', { score_threshold: '' }, `Option score_threshold is ""; ${FRACTION}`],
  ['not a number', { score_threshold: 'NaN' }, `Option score_threshold is "NaN"; ${FRACTION}`],
  ['hexadecimal', { score_threshold: '0x1' }, `Option score_threshold is "0x1"; ${FRACTION}`],
  ['above 1', { score_threshold: '1.01' }, `Option score_threshold is "1.01"; ${FRACTION}`],
  ['below 0', { iou_threshold: '-0.1' }, `Option iou_threshold is "-0.1"; ${FRACTION}`],
  ['null', { iou_threshold: null }, `Option iou_threshold is null; ${FRACTION}`],
  ['a boolean for a number', { iou_threshold: true }, `Option iou_threshold is true; ${FRACTION}`],
  ['an array for a number', { score_threshold: [0.5] }, `Option score_threshold is an array; ${FRACTION}`],
  ['no detections', { max_detections: '0' }, `Option max_detections is "0"; ${COUNT}`],
  ['too many detections', { max_detections: '1001' }, `Option max_detections is "1001"; ${COUNT}`],
  ['half a detection', { max_detections: 1.5 }, `Option max_detections is 1.5; ${COUNT}`],
  ['yes', { class_agnostic: 'yes' }, `Option class_agnostic is "yes"; ${FLAG}`],
  ['the number 2 as JSON', { class_agnostic: 2 }, `Option class_agnostic is 2; ${FLAG}`],
  ['null as a flag', { class_agnostic: null }, `Option class_agnostic is null; ${FLAG}`],
  ['true in a list', { class_agnostic: [true] }, `Option class_agnostic is an array; ${FLAG}`],
  ['no classes', { classes: '' }, `Option classes is ""; ${CLASSES}`],
  ['an empty class', { classes: 'person,,boat' }, `Option classes is "person,,boat"; ${CLASSES}`],
  ['an object for classes', { classes: {} }, `Option classes is an object; ${CLASSES}`],
  ['an empty array', { classes: [] }, `Option classes is an array; ${CLASSES}`],
  ['a threshold without class', { class_thresholds: ':0.5' }, `Option class_thresholds is ":0.5"; ${PAIRS}`],
  ['a class without threshold', { class_thresholds: 'person' }, `Option class_thresholds is "person"; ${PAIRS}`],
  ['a list of thresholds', { class_thresholds: [0.5] }, `Option class_thresholds is an array; ${PAIRS}`],
  [
    'a class threshold above 1',
    { class_thresholds: 'person:2' },
    'Option class_thresholds is "person:2"; expected a number from 0 to 1 for "person".',
  ],
  [
    'two thresholds of one class',
    { class_thresholds: 'traffic light:0.5,1:0.6' },
    'Option class_thresholds is "traffic light:0.5,1:0.6"; expected one threshold for "traffic light".',
  ],
  [
    'an unknown class',
    { classes: 'person,persn' },
    'Expected a class name or an id from 0 to 3 for classes but received "persn".',
  ],
  [
    'a class in capitals',
    { classes: 'Person' },
    'Expected a class name or an id from 0 to 3 for classes but received "Person"; the name is "person".',
  ],
  ['an id that is none', { classes: '4' }, 'Expected a class name or an id from 0 to 3 for classes but received "4".'],
  [
    'an unknown class with a threshold',
    { class_thresholds: 'boat:0.5' },
    'Expected a class name or an id from 0 to 3 for class_thresholds but received "boat".',
  ],
  [
    'more classes than any list has',
    { classes: Array(10_001).fill(1) },
    'Option classes is an array; expected at most 10000 items.',
  ],
  [
    'a longer text than any list has',
    { class_thresholds: '1:0.5,'.repeat(40_000) },
    /^Option class_thresholds is "1:0.5,.*; expected at most 200000 characters\.$/,
  ],
  ['an unknown inclusion', { include: 'masks' }, `Option include is "masks"; ${INCLUDES}`],
  ['an empty inclusion', { include: '' }, `Option include is ""; ${INCLUDES}`],
  ['a number for a model', { model: 1 }, 'Option model is 1; expected the name of a model.'],
  ['a long value, cut', { include: 'x'.repeat(100) }, `Option include is "${'x'.repeat(80)}…"; ${INCLUDES}`],
];

for (const [name, option, sentence] of REFUSED) {
  test(`refused: ${name}`, () => assert.throws(() => read(option), problem('invalid_request', sentence)));
}

test('a value as deep or as long as a body can be makes a short sentence', () => {
  const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  for (const name of ['classes', 'class_thresholds', 'score_threshold', 'include', 'model']) {
    assert.throws(() => read({ [name]: deep }), problem('invalid_request', /^Option \w+ is an array; expected .*\.$/));
  }
  const long = 'x'.repeat(1_000_000);
  for (const options of [{ classes: long }, { classes: [long] }, { class_thresholds: { [long]: 1 } }, { [long]: 1 }]) {
    assert.throws(() => read(options), problem('invalid_request', /^.{50,401}$/));
  }
});

test('an unknown option is named, and the known ones listed', () => {
  const known = Object.keys(OPTION_SCHEMAS).join(', ');
  for (const name of ['threshold', 'Score_threshold', 'constructor', '__proto__', '']) {
    const sentence = `Unknown option ${JSON.stringify(name)}; the options are ${known}.`;
    assert.throws(() => readOptions([{ name, value: '1' }], [FIRST]), problem('invalid_request', sentence));
  }
});

test('an unknown model is not_found', () => {
  assert.throws(
    () => read({ model: 'third' }),
    problem('not_found', 'There is no model "third" here; there is first, second.'),
  );
});

function problem(code: string, message: string | RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ServiceError, String(error));
    assert.equal(error.code, code);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  };
}

const TWICE = 'Option score_threshold is given twice; give it once.';

test('an option given twice is refused, wherever the two are', async () => {
  const { app } = await createTestApp();
  const form = multipart([
    { name: 'score_threshold', content: '0.1' },
    { name: 'image', content: JPEG_HEAD },
  ]);
  const twoFields = multipart([
    { name: 'score_threshold', content: '0.1' },
    { name: 'score_threshold', content: '0.1' },
    { name: 'image', content: JPEG_HEAD },
  ]);
  const json = { image: JPEG_HEAD.toString('base64'), score_threshold: 0.1 };
  const requests = {
    'twice in the query': { query: '?score_threshold=0.1&score_threshold=0.1', payload: JPEG_HEAD, headers: {} },
    'in the query and a field': { query: '?score_threshold=0.1', payload: form.body, headers: form.headers },
    'twice as a field': { query: '', payload: twoFields.body, headers: twoFields.headers },
    'in the query and the JSON body': { query: '?score_threshold=0.1', payload: json, headers: {} },
  };
  for (const [name, { query, payload, headers }] of Object.entries(requests)) {
    const response = await app.inject({ method: 'POST', url: `/detect${query}`, payload, headers });
    assert.equal(response.statusCode, 400, name);
    assert.equal(response.json().detail, TWICE, name);
  }
});

test('options reach the engine from the query, the form and the JSON body alike', async () => {
  const { app, pool } = await createTestApp();
  const options = { score_threshold: '0.1', classes: 'red,2', class_thresholds: 'blue:0.3', iou_threshold: '0.4' };
  const form = multipart([
    ...Object.entries(options).map(([name, content]) => ({ name, content })),
    { name: 'image', content: JPEG_HEAD },
  ]);
  const json = { ...options, image: JPEG_HEAD.toString('base64') };
  const query = new URLSearchParams(options);
  await app.inject({ method: 'POST', url: `/detect?${query}`, payload: JPEG_HEAD });
  await app.inject({ method: 'POST', url: '/detect', payload: form.body, headers: form.headers });
  await app.inject({ method: 'POST', url: '/detect', payload: json });
  const expected = {
    scoreThreshold: 0.1,
    maxDetections: 100,
    classes: ['red', 'blue'],
    classThresholds: { blue: 0.3 },
    iouThreshold: 0.4,
  };
  assert.deepEqual(
    pool.jobs.map(job => job.options),
    [expected, expected, expected],
  );
});

test('a number of half a million digits with a wrong end is refused at once', { timeout: 20_000 }, () => {
  const long = `${'1'.repeat(500_000)}x`;
  for (const option of [
    { score_threshold: long },
    { max_detections: long },
    { iou_threshold: `.${long}` },
    { class_thresholds: { person: long } },
  ]) {
    assert.throws(() => read(option), { code: 'invalid_request' });
  }
});
