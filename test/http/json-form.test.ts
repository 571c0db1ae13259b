import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dice, throwDice } from '../../fuzz/dice.ts';
import { isKnownDetail } from '../../fuzz/oracle/known-details.ts';
import { ServiceError } from '../../src/errors.ts';
import { readJsonForm } from '../../src/http/json-form.ts';

const NOT_JSON = 'The body is not JSON, although its Content-Type says so.';
const NOT_OBJECT = 'The JSON body must be an object: {"image": "<base64>"} and options.';
const NO_IMAGE = 'The JSON body needs "image": the picture in base64.';
const NOT_BASE64 = 'The "image" of the JSON body is not base64 (standard alphabet, no line breaks).';
const TOO_MANY = 'The JSON body has more than 10000 arrays, objects and keys.';
const TOO_LONG = 'The JSON body has more than 10000 elements.';

interface Read {
  picture: Buffer;
  options: { name: string; value: unknown }[];
}

/** The whole of it as one text, then `image` as one string, then its bytes. The sentence where it is refused. */
function readPlainly(body: Buffer): Read | string {
  const has = (character: string) => body.toString('latin1').split(character).length - 1;
  if (has('[') + has('{') + has(':') > 10_000) return TOO_MANY;
  if (has(',') > 10_000) return TOO_LONG;
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return NOT_JSON;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return NOT_OBJECT;
  const { image, ...options } = value as Record<string, unknown>;
  if (typeof image !== 'string' || image === '') return NO_IMAGE;
  const picture = decodePlainly(image);
  if (picture === undefined) return NOT_BASE64;
  return { picture, options: Object.entries(options).map(([name, value]) => ({ name, value })) };
}

function decodePlainly(given: string): Buffer | undefined {
  const text = given.startsWith('data:') ? given.slice(given.indexOf(',') + 1) : given;
  if (Buffer.byteLength(text) !== text.length) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const digits = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const isWrong = /[-_]/.test(text) || digits % 4 === 1 || (digits < text.length && text.length % 4 !== 0);
  return isWrong || bytes.length === 0 || bytes.length !== Math.floor((digits * 3) / 4) ? undefined : bytes;
}

function read(body: Buffer, hold: (bytes: number) => void = () => {}): Read | string {
  try {
    return readJsonForm(body, hold);
  } catch (error) {
    assert.ok(error instanceof ServiceError && error.code === 'invalid_request', String(error));
    return error.message;
  }
}

/** What a text may have in it, as bytes of a JSON string. */
const ODDITIES = [
  ...['=', '==', ' ', '-', '_', ',', 'data:', '\n', '\x01', '\x7f', 'é', '\ud83d\ude00', '"', '\\', '\\\\'],
  ...['\\/', '\\u002B', '\\u002f', '\\u0041', '\\u003d', '\\u002c', '\\n', '\\b', '\\"', '\\u00e9', '\\ud83d'],
  ...['\\u0000', '\\x', '\\u12', '\\u12G4', '\\U0041', '\\u002B\\u002B\\u002B'],
];
const STRUCTURE = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  '\\',
  ' ',
  '\n',
  '\0',
  '"image":',
  '"image":"QUJD",',
  'null',
  '1',
];
const KEYS = ['image', 'image', 'image', 'classes', 'Image', 'imag', 'im\\u0061ge', 'a\\"image', '', 'x\\\\', 'é'];
const OTHERS = ['1', 'null', '""', '"x\\"y"', '[]', '["image"]', '{"image":"QUJD"}', '{"a":[{"image":1}]}', '"image"'];
/** A piece that is decoded has 65536 digits. */
const LENGTHS = [0, 1, 2, 3, 4, 10, 100, 49_151, 49_152, 49_153, 49_155, 100_000, 147_456];

function base64(dice: Dice): string {
  const length = dice.chance(0.03) ? dice.pick(LENGTHS) : dice.int(40);
  let text = Buffer.alloc(length, dice.bytes(50)).toString('base64');
  if (dice.chance(0.2)) text = text.replace(/=+$/, '');
  if (dice.chance(0.15)) text = `data:${dice.pick(['image/png;base64,', ',', '', 'é,', '\x01,', '\\n,', 'a'])}${text}`;
  if (dice.chance(0.1)) text = text.replaceAll('/', '\\/');
  if (dice.chance(0.1)) text = text.replaceAll('+', '\\u002B');
  for (let odd = dice.int(4); odd > 2; odd = dice.int(4)) text = putIn(text, dice.pick(ODDITIES), dice);
  return text;
}

function putIn(text: string, what: string, dice: Dice): string {
  const at = dice.pick([0, text.length, dice.int(text.length + 1), dice.int(text.length + 1)]);
  return text.slice(0, at) + what + text.slice(at);
}

function randomBody(dice: Dice): Buffer {
  const blank = () => (dice.chance(0.1) ? dice.pick([' ', '\n', '\t\r\n', '   ']) : '');
  const pairs = Array.from({ length: 1 + dice.int(4) }, () => {
    const key = dice.pick(KEYS);
    const value = key === 'image' ? dice.chance(0.9) : dice.chance(0.2);
    return `${blank()}"${key}"${blank()}:${blank()}${value ? `"${base64(dice)}"` : dice.pick(OTHERS)}${blank()}`;
  });
  let text = `${blank()}{${pairs.join(',')}}${blank()}`;
  if (dice.chance(0.03)) text = dice.pick([`[${text}]`, `\ufeff${text}`, `${text}${text}`, `{"a":${text}}`, '5', '']);
  if (dice.chance(0.03))
    text = text.replace('{', `{"a":${JSON.stringify(new Array(dice.pick([9990, 10_001])).fill(1))},`);
  if (dice.chance(0.03)) text = text.replace('{', `{"a":${'['.repeat(dice.pick([5000, 10_001]))},`);
  if (dice.chance(0.1)) text = putIn(text, dice.pick(STRUCTURE), dice);
  if (dice.chance(0.03)) text = text.slice(0, dice.int(text.length));
  const body = Buffer.from(text);
  if (dice.chance(0.1) && body.length > 0) body[dice.int(body.length)] = dice.int(256);
  return body;
}

test('a body is read as if it were parsed as a whole, whatever it is', () => {
  const seen: Record<string, number> = {};
  for (let index = 0; index < 20_000; index++) {
    const body = randomBody(throwDice(172, index));
    const expected = readPlainly(body);
    const sent = Buffer.from(body);
    assert.deepEqual(read(sent), expected, `body ${index}: ${body.toString('latin1', 0, 300)}`);
    const outcome = typeof expected === 'string' ? expected : 'read';
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  for (const outcome of ['read', NOT_JSON, NOT_OBJECT, NO_IMAGE, NOT_BASE64, TOO_MANY, TOO_LONG]) {
    assert.ok(seen[outcome]! > 50, `${outcome} ${JSON.stringify(seen)}`);
  }
});

const PICTURE = Buffer.alloc(1_000_001, throwDice(172, 0).bytes(1000));
const TEXT = PICTURE.toString('base64');

test('a picture takes no memory but that of its body, however its text is escaped', () => {
  const bodies = {
    plain: JSON.stringify({ classes: ['é'], image: TEXT }),
    'as PHP writes it': `{"image":"${TEXT.replaceAll('/', '\\/')}"}`,
    'as .NET writes it': `{"image":"${TEXT.replaceAll('+', '\\u002B')}"}`,
    'every digit escaped': `{"image":"${TEXT.replace(/./g, digit => `\\u00${digit.charCodeAt(0).toString(16)}`)}"}`,
    'a data URL': JSON.stringify({ image: `data:image/png;base64,${TEXT}` }),
  };
  for (const [name, text] of Object.entries(bodies)) {
    const body = Buffer.from(text);
    const form = read(body, bytes => assert.fail(`${name}: ${bytes} bytes more`));
    assert.ok(typeof form === 'object', name);
    assert.ok(form.picture.equals(PICTURE), name);
    assert.equal(form.picture.buffer, body.buffer, name);
  }
});

test('what is parsed beside a picture is counted before, three times, or five beyond ASCII', () => {
  const junk = 'x'.repeat(100_000);
  const bodies: [body: string, times: number][] = [
    [JSON.stringify({ image: 'QUJD', junk }), 3],
    [JSON.stringify({ image: TEXT, junk }), 3],
    [JSON.stringify({ image: TEXT, junk: `${junk}é` }), 5],
    [`{"im\\u0061ge":"${TEXT}"}`, 3],
    [`{"image":"${TEXT}","image":1}`, 3],
    [`["${TEXT}`, 3],
    [`{"image":"${'\\"'.repeat(100_000)}"}`, 3],
  ];
  for (const [text, times] of bodies) {
    const held: number[] = [];
    const body = Buffer.from(text);
    const form = read(Buffer.from(body), bytes => held.push(bytes));
    assert.deepEqual(form, readPlainly(body));
    const beside = body.length - (text.includes('junk') ? text.match(/"image":"([^"]*)"/)![1]!.length : 0);
    assert.equal(held.length, 1);
    assert.ok(Math.abs(held[0]! - times * beside) < 1000, `${held} of ${beside}: ${text.slice(0, 40)}`);
  }
});

test('where there is no room for it nothing is parsed', () => {
  const full = new ServiceError('overloaded', 'full');
  const body = Buffer.from(`{"im\\u0061ge":"${TEXT}"`);
  const hold = () => {
    throw full;
  };
  assert.throws(() => readJsonForm(body, hold), full);
});

for (const address of [
  'http://example.org/cat.jpg',
  'HTTPS://example.org/cat.jpg',
  'https:\\/\\/example.org\\/cat.jpg',
]) {
  test(`an address in place of a picture is told so: ${address}`, () => {
    const sentence =
      'The "image" of the JSON body is an address; nothing is fetched from there, send the picture in base64.';
    assert.equal(read(Buffer.from(`{"image": "${address}"}`)), sentence);
    assert.ok(isKnownDetail(sentence));
  });
}
