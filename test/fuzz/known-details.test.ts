import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnownDetail } from '../../fuzz/oracle/known-details.ts';
import type { LoadedManifest } from '../../src/detector/contract.ts';
import { readOptions } from '../../src/http/options.ts';

const models = [{ manifest: { name: 'tiny' }, labels: ['red', 'green', 'blue'] }] as unknown as LoadedManifest[];
const quotes = '"\u0000\n\\'.repeat(200);

const REFUSED: [name: string, value: unknown][] = [
  ...['x', quotes, null, [], {}, Infinity, -1e-9, '٣'].flatMap((value): [string, unknown][] =>
    ['score_threshold', 'max_detections', 'classes', 'class_thresholds', 'class_agnostic', 'include', 'model']
      // Nothing wanted beside the detections, and no thresholds.
      .filter(
        name =>
          !(name === 'include' && Array.isArray(value)) &&
          !(name === 'class_thresholds' && value !== null && typeof value === 'object' && !Array.isArray(value)),
      )
      .map(name => [name, value]),
  ),
  ['class_thresholds', 'red:0.5,red:0.6'],
  ['class_thresholds', 'red:x'],
  ['class_thresholds', { [quotes]: 0.5 }],
  ['class_thresholds', { '0': 2 }],
  ['classes', Array(10_001).fill('red')],
  ['classes', 'r'.repeat(200_001)],
  [quotes, 'x'],
  ['nothing', 'x'],
];

for (const [name, value] of REFUSED) {
  const shown = JSON.stringify(value)?.slice(0, 30);
  test(`what is said of ${name.slice(0, 20)} ${shown} is a sentence of ours`, () => {
    let said: string | undefined;
    try {
      readOptions([{ name, value }], models);
    } catch (error) {
      said = (error as Error).message;
    }
    assert.ok(said !== undefined, 'it was taken');
    assert.ok(isKnownDetail(said), said);
  });
}

for (const sentence of [
  'ENOENT: no such file',
  'Input buffer contains unsupported image format',
  'vips2png: libspng read error',
  '',
  'Option classes is "x"; expected ENOENT: no such file or directory, open \'/app/x\'.',
  'Option classes is "x"; expected class names or ids, comma-separated.\n    at f (/app/x.js:1:1).',
  'Option classes is "x\n    at f (/app/x.js:1:1)"; expected class names or ids, comma-separated.',
  `Option score_threshold is "x"; expected ${'x'.repeat(400)}…`,
  'Unknown option "x…',
]) {
  test(`not a sentence of ours: ${JSON.stringify(sentence).slice(0, 60)}`, () => assert.ok(!isKnownDetail(sentence)));
}
