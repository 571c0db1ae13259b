import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatJson } from '../../../src/page/state/format-json.ts';

const VALUES: [name: string, value: unknown, text: string][] = [
  ['what fits is one line', { a: 1, b: [1, 2] }, '{ "a": 1, "b": [1, 2] }'],
  ['empty ones', { a: {}, b: [] }, '{ "a": {}, "b": [] }'],
  ['text is escaped', 'a "b"\n', '"a \\"b\\"\\n"'],
  [
    'a long list of numbers wraps',
    Array.from({ length: 24 }, (_, i) => i + 100),
    `[
  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115,
  116, 117, 118, 119, 120, 121, 122, 123
]`,
  ],
  [
    'a long object has a line a member',
    { name: 'x'.repeat(60), box: { x1: 1, y1: 2 }, list: [{ label: 'one' }] },
    `{
  "name": "${'x'.repeat(60)}",
  "box": { "x1": 1, "y1": 2 },
  "list": [{ "label": "one" }]
}`,
  ],
];

for (const [name, value, text] of VALUES) {
  test(`JSON: ${name}`, () => {
    assert.equal(formatJson(value), text);
    assert.deepEqual(JSON.parse(formatJson(value)), value);
  });
}
