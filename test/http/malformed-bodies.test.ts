import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JPEG_HEAD, multipart, type Part } from '../support/pictures.ts';
import { slowedDown } from '../support/slowed-down.ts';
import { createTestApp } from '../support/test-app.ts';

const IMAGE: Part = { name: 'image', filename: 'a.jpg', type: 'image/jpeg', content: JPEG_HEAD };
const FRAMED = multipart([IMAGE]);
const TEXT = FRAMED.body.toString('latin1');

const typed = (type: string, payload: Buffer | string = FRAMED.body) => ({
  headers: { 'content-type': type },
  payload,
});
const form = (parts: Part[]) => {
  const { headers, body } = multipart(parts);
  return { headers, payload: body };
};
const json = (payload: string) => typed('application/json', payload);
/** Of CPU time, since a busy machine takes the CPU away meanwhile. Seen: 30 to 210. */
const MOST_MS = 1000;
/** Longer than any buffer of the parser. */
const lengthened = (text: string) => text.replace('\r\n--XBOUNDARYX--', `${'x'.repeat(300_000)}$&`);
const reframed = (text: string) => typed(FRAMED.headers['content-type'], Buffer.from(text, 'latin1'));

const EMPTY =
  'The body is empty; send one picture. The forms are multipart/form-data with a part named "image", the bytes alone, and JSON {"image": "<base64>"}.';
const BOUNDARY = 'The Content-Type multipart/form-data needs a boundary of 1 to 70 characters of ASCII.';
const BROKEN = 'The multipart body is malformed or ends before its closing boundary.';
const UNREAD = 'A part of the form has no Content-Disposition: form-data that can be read.';
const NO_PICTURE = 'The form has no picture; add a file part named "image".';
const NOT_BASE64 = 'The "image" of the JSON body is not base64 (standard alphabet, no line breaks).';
const NOT_JSON = 'The body is not JSON, although its Content-Type says so.';
const NO_IMAGE = 'The JSON body needs "image": the picture in base64.';
const NOT_OBJECT = 'The JSON body must be an object: {"image": "<base64>"} and options.';

const CASES: [
  name: string,
  request: { headers?: Record<string, string>; payload?: Buffer | string },
  detail: string,
][] = [
  ['no body at all', {}, EMPTY],
  ['an empty raw body', typed('image/jpeg', ''), EMPTY],
  ['an empty form body', typed(FRAMED.headers['content-type'], ''), EMPTY],
  [
    'a Content-Type that is none',
    typed('jpeg', JPEG_HEAD),
    'The Content-Type header is not a media type such as image/jpeg.',
  ],

  ['no boundary', typed('multipart/form-data'), BOUNDARY],
  ['an empty boundary', typed('multipart/form-data; boundary='), BOUNDARY],
  ['an over-long boundary', typed(`multipart/form-data; boundary=${'x'.repeat(71)}`), BOUNDARY],
  [
    'a boundary inside the quotation marks of another parameter',
    typed('multipart/form-data; x="; boundary=XBOUNDARYX'),
    BOUNDARY,
  ],
  ['a boundary beyond ASCII', typed('multipart/form-data; boundary=\xe9'), BOUNDARY],
  [
    'parts that are counted by another boundary than they have',
    typed('multipart/form-data; x=";boundary=a"; boundary=b', '--b\r\n\r\n\r\n'.repeat(2000)),
    'The form has more than 1100 parts.',
  ],
  [
    'a boundary in RFC 5987 beside the one the parts are counted by',
    typed("multipart/form-data; boundary*=utf-8''b; boundary=a", '--b\r\n\r\n\r\n'.repeat(2000)),
    BROKEN,
  ],
  ['another boundary than the body has', typed('multipart/form-data; boundary=OTHER'), BROKEN],
  ['a body without closing boundary', reframed(TEXT.replace('--XBOUNDARYX--\r\n', '')), BROKEN],
  ['a body cut in the middle of the picture', reframed(TEXT.slice(0, -24)), BROKEN],
  ['a body cut in the head of a part', reframed(TEXT.slice(0, 40)), BROKEN],
  ['a closing boundary and nothing else', reframed('--XBOUNDARYX--\r\n'), NO_PICTURE],
  ['no framing', reframed('hello'), BROKEN],
  ['a part without Content-Disposition', reframed(TEXT.replace('Content-Disposition', 'X-Nothing')), UNREAD],
  [
    'a long part without Content-Disposition',
    reframed(lengthened(TEXT.replace('Content-Disposition', 'X-Nothing'))),
    UNREAD,
  ],
  ['a long part that is no form data', reframed(lengthened(TEXT.replace('form-data', 'attachment'))), UNREAD],
  [
    'a second picture in a part whose head cannot be read',
    reframed(`--XBOUNDARYX\r\nContent-Disposition\r\n\r\nx\r\n${TEXT}`),
    UNREAD,
  ],
  ['a part whose name is not closed', reframed(TEXT.replace('name="image"', 'name="image')), UNREAD],
  ['a part whose name is no name', reframed(TEXT.replace('name="image"', 'n ame="image"')), UNREAD],
  [
    'a part whose file name is no file name',
    reframed(TEXT.replace('name="image"; filename', 'name="other"; filenam"e')),
    UNREAD,
  ],
  [
    'base64 with padding that does not fit',
    json(`{"image": "${JPEG_HEAD.subarray(0, 12).toString('base64')}="}`),
    NOT_BASE64,
  ],
  ['fields and no file', form([{ name: 'classes', content: 'red' }]), NO_PICTURE],
  ['an empty file', form([{ ...IMAGE, content: '' }]), 'The file part "image" is empty.'],
  ['two pictures', form([IMAGE, IMAGE]), 'Send one picture: the form has more.'],
  ['two files of different names', form([IMAGE, { ...IMAGE, name: 'other' }]), 'Send one picture: the form has more.'],
  [
    'an over-long field',
    form([IMAGE, { name: 'classes', content: 'x'.repeat(16 * 1024 + 1) }]),
    'The form field "classes" is longer than 16384 bytes.',
  ],
  [
    'too many fields',
    form([IMAGE, ...Array.from({ length: 33 }, () => ({ name: 'classes', content: 'red' }))]),
    'The form has more than 32 fields.',
  ],
  [
    'too many parts by one',
    form(Array.from({ length: 1101 }, () => ({ name: 'classes', content: 'red' }))),
    'The form has more than 1100 parts.',
  ],
  [
    'as many behind the end of the form',
    reframed(TEXT + '--XBOUNDARYX\r\n\r\n\r\n'.repeat(1101)),
    'The form has more than 1100 parts.',
  ],
  ['a field without a name', form([IMAGE, { content: 'x' }]), 'Unknown option ""'],

  ['a JSON body that is not JSON', json('{"image":'), NOT_JSON],
  ['an empty JSON body', json(''), EMPTY],
  [
    'JSON of many keys',
    json(`{"image": "/9j/"${',"k":1'.repeat(10_001)}}`),
    'The JSON body has more than 10000 arrays, objects and keys.',
  ],
  [
    'JSON of many elements',
    json(`{"image": "/9j/", "classes": [1${',1'.repeat(10_001)}]}`),
    'The JSON body has more than 10000 elements.',
  ],
  [
    'JSON as deep as it is long',
    json('['.repeat(1_000_000)),
    'The JSON body has more than 10000 arrays, objects and keys.',
  ],
  ['a JSON array', json('[]'), NOT_OBJECT],
  ['JSON null', json('null'), NOT_OBJECT],
  ['JSON without image', json('{}'), NO_IMAGE],
  ['a number for image', json('{"image": 1}'), NO_IMAGE],
  ['an empty image', json('{"image": ""}'), NO_IMAGE],
  ['foreign characters in base64', json('{"image": "/9j/4AAQ!kZJRgABAg=="}'), NOT_BASE64],
  [
    'base64 in letters beyond ASCII, whose lower half is a digit',
    json('{"image": "/9j/4\u0141\u0141QSkZJRgABAg=="}'),
    NOT_BASE64,
  ],
  ['the same as escapes', json('{"image": "/9j/4\\u0141AQSkZJRgABAg=="}'), NOT_BASE64],
  ['base64 with a line break', json('{"image": "/9j/4AAQ\\nSkZJRgABAg=="}'), NOT_BASE64],
  ['the URL alphabet', json('{"image": "_9j_4AAQSkZJRgABAg=="}'), NOT_BASE64],
  ['base64 cut after one digit of a group', json('{"image": "/9j/4"}'), NOT_BASE64],
  ['padding in the middle', json('{"image": "/9j/4A==SkZJRgABAg=="}'), NOT_BASE64],
  ['a data URL without data', json('{"image": "data:image/jpeg;base64,"}'), NOT_BASE64],
  ['a prototype in JSON', json(`{"image": "/9j/", "__proto__": {"x": 1}}`), 'Unknown option "__proto__"'],
];

for (const [name, request, detail] of CASES) {
  test(`400 for ${name}`, async () => {
    const { app, pool } = await createTestApp();
    const response = await app.inject({ method: 'POST', url: '/detect', ...request });
    assert.equal(response.statusCode, 400, response.body);
    const problem = response.json();
    assert.equal(problem.code, 'invalid_request');
    assert.equal(problem.detail.slice(0, detail.length), detail);
    assert.equal(pool.jobs.length, 0, 'nothing reaches an engine');
  });
}

test('a preamble, an epilogue and a quoted boundary are valid multipart', async () => {
  const { app, pool } = await createTestApp();
  const payload = Buffer.concat([Buffer.from('preamble\r\n'), FRAMED.body, Buffer.from('epilogue')]);
  const headers = { 'content-type': 'Multipart/Form-Data; charset=utf-8; boundary="XBOUNDARYX"' };
  const response = await app.inject({ method: 'POST', url: '/detect', headers, payload });
  assert.equal(response.statusCode, 200, response.body);
  assert.deepEqual(Buffer.from(pool.jobs[0]!.bytes), JPEG_HEAD);
});

test('a large picture in a form arrives as it was sent', async () => {
  const { app, pool } = await createTestApp();
  // Line breaks and dashes, to give the search for the boundary false starts.
  const content = Buffer.concat([JPEG_HEAD, Buffer.from('\r\n--XBOUNDARY\r\n-'.repeat(200_000))]);
  const { headers, body } = multipart([
    { ...IMAGE, content },
    { name: 'classes', content: 'red' },
  ]);
  const response = await app.inject({ method: 'POST', url: '/detect', headers, payload: body });
  assert.equal(response.statusCode, 200, response.body);
  assert.ok(content.equals(pool.jobs[0]!.bytes), 'the bytes are the same');
});

test('no body holds up the others: two million parts, keys, arrays, escapes', { timeout: 60_000 }, async () => {
  const MB = 1024 * 1024;
  const { app } = await createTestApp({ env: { MAX_BODY_BYTES: String(20 * MB) } });
  const filled = (one: string) => one.repeat(Math.floor((19 * MB) / one.length));
  const multi = (one: string) => typed('multipart/form-data; boundary=b', `${filled(one)}--b--\r\n`);
  const hostile: Record<string, ReturnType<typeof typed>> = {
    'parts without a head': multi('--b\r\n\r\n\r\n'),
    'parts without a name': multi('--b\r\nA: b\r\n\r\n\r\n'),
    fields: multi('--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n'),
    'parts behind one that is none': multi('--bb\r\n--b\r\n\r\n\r\n'),
    'beginnings of a boundary': multi('\r\n--'),
    keys: json(`{"image":"",${filled('"k12345":1,')}"z":1}`),
    arrays: json(`{"image":"","x":[${filled('[],')}1]}`),
    depth: json(filled('[')),
    numbers: json(`{"image":"","classes":[${filled('1,')}1]}`),
    'empty strings': json(`{"image":"A","x":${filled('""')}}`),
    'quotation marks in a string': json(`{"image":"${filled('\\"')}"}`),
    backslashes: json(`{"image":"${filled('\\\\')}"}`),
    'digits that are escaped': json(`{"image":"${filled('\\u0041')}-"}`),
    'a prefix without an end': json(`{"image":"data:${filled('A')}"}`),
    blanks: json(`{"image" ${filled(' ')}:"A"}`),
  };
  let worst = 0;
  for (const [name, request] of Object.entries(hostile)) {
    const before = process.cpuUsage();
    const response = await app.inject({ method: 'POST', url: '/detect', ...request });
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    assert.equal(response.statusCode, 400, name);
    worst = Math.max(worst, ms);
    assert.ok(ms < MOST_MS * slowedDown(), `${name}: ${ms.toFixed(0)} ms of CPU`);
  }
  console.log(
    `slowest of ${Object.keys(hostile).length} bodies of 19 MB: ${worst.toFixed(0)} ms of CPU (tolerance ${MOST_MS}, it was 27,000)`,
  );
});
