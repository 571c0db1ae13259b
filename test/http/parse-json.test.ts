import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonTooLarge, parseJson } from '../../src/http/parse-json.ts';

const LIMITS = { containers: 6, elements: 4 };
const parse = (text: string) => parseJson(Buffer.from(text), LIMITS, () => {});

test('what is within the limits is what JSON.parse says', () => {
  for (const text of ['[1,2,3,4,5]', '{"a":[[]],"b":"ü\\u00fc"}', '"x"', 'null', '[[[[[[]]]]]]']) {
    assert.deepEqual(parse(text), JSON.parse(text));
  }
});

test('one beyond a limit is refused before it is parsed, whole or not', () => {
  for (const text of ['[1,2,3,4,5,6]', ',,,,,']) {
    assert.throws(() => parse(text), new JsonTooLarge('more than 4 elements'));
  }
  for (const text of ['[[[[[[[]]]]]]]', '[[[[[[[', '{"a":{"b":{"c":{}}}}', '[{},{},{},{},{},{}]']) {
    assert.throws(() => parse(text), new JsonTooLarge('more than 6 arrays, objects and keys'));
  }
});

test('strings are counted where they are limited', () => {
  const few = (text: string) => parseJson(Buffer.from(text), { ...LIMITS, strings: 3 }, () => {});
  assert.deepEqual(few('{"a":["b","c"]}'), { a: ['b', 'c'] });
  assert.throws(() => few('{"a":["b","c","d"]}'), new JsonTooLarge('more than 3 strings'));
  assert.deepEqual(parse('["a","b","c","d"]'), ['a', 'b', 'c', 'd']);
});

test('what is no JSON is a SyntaxError', () => {
  assert.throws(() => parse('{"a":'), SyntaxError);
});
