import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ultralyticsMetadata } from '../../../src/detector/families/ultralytics-metadata.ts';

const sizes: [imgsz: string | undefined, size: [width: number, height: number] | undefined][] = [
  ['[480, 640]', [640, 480]],
  ['[640,640]', [640, 640]],
  ['(320, 416)', [416, 320]],
  ['640', [640, 640]],
  [undefined, undefined],
  ['', undefined],
  ['[16, 640]', undefined],
  ['[640, 8192]', undefined],
  ['[3, 640, 640]', undefined],
  ['as trained', undefined],
];
for (const [imgsz, expected] of sizes) {
  test(`imgsz ${imgsz}: ${expected === undefined ? 'no size' : expected.join('x')}`, () => {
    const { size } = ultralyticsMetadata(imgsz === undefined ? {} : { imgsz });
    assert.deepEqual(size && [size.width, size.height], expected);
  });
}

test('names are as Python means them, where it wrote escapes', () => {
  const names = String.raw`{0: 'driver\'s "seat"', 1: 'a\\b', 2: 'traffic\xa0light', 3: 'a, 7: b', 4: '\U0001f600', 5: 'two\nlines', 6: '\Uffffffff'}`;
  assert.deepEqual(ultralyticsMetadata({ names }).names, [
    `driver's "seat"`,
    'a\\b',
    'traffic\u00a0light',
    'a, 7: b',
    '😀',
    'two lines',
    'Uffffffff',
  ]);
});

test('names and task are read, and neither is made up', () => {
  const read = ultralyticsMetadata({ names: `{0: 'person', 1: "driver's seat"}`, task: ' segment ' });
  assert.deepEqual(read, { names: ['person', "driver's seat"], task: 'segment', size: undefined });
  assert.deepEqual(ultralyticsMetadata({}), { names: undefined, task: undefined, size: undefined });
  for (const names of [`{0: ''}`, `{1: 'a', 2: 'b'}`, `{0: 'a', 1: 'a'}`, 'person, car']) {
    assert.equal(ultralyticsMetadata({ names }).names, undefined, names);
  }
});
