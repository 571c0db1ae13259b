import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DetectorError } from '../../src/detector/index.ts';
import { failure } from '../../src/engine/failure.ts';

const cases = {
  'a refused format': {
    error: new DetectorError('unsupported_media_type', 'Send a picture.'),
    expected: { code: 'unsupported_media_type', message: 'Send a picture.' },
    detail: undefined,
  },
  'a damaged picture, with the library text for the log': {
    error: new DetectorError('unprocessable_image', 'Damaged.', { cause: new Error('VipsJpeg: premature end') }),
    expected: { code: 'unprocessable_image', message: 'Damaged.' },
    detail: /^Error: VipsJpeg: premature end$/,
  },
  'an option': {
    error: new DetectorError('invalid_option', 'No class unicorn.'),
    expected: { code: 'invalid_request', message: 'No class unicorn.' },
    detail: undefined,
  },
  'an error that belongs to loading is a bug here': {
    error: new DetectorError('invalid_graph', '/srv/models/secret.onnx is odd'),
    expected: { code: 'internal', message: 'The engine failed on this picture.' },
    detail: /secret\.onnx is odd\n +at /,
  },
  'a bug: its text is for the log alone': {
    error: new TypeError("Cannot read properties of undefined (reading 'x')"),
    expected: { code: 'internal', message: 'The engine failed on this picture.' },
    detail: /TypeError: Cannot read.*\n +at /,
  },
  'memory that a library did not get': {
    error: new Error('vips_tracked: out of memory -- size == 123MB'),
    expected: { code: 'unavailable', message: 'The engine had too little memory for this picture; send it again.' },
    detail: /out of memory -- size == 123MB\n +at /,
  },
  'something thrown that is no error': {
    error: 'out of luck',
    expected: { code: 'internal', message: 'The engine failed on this picture.' },
    detail: /^out of luck$/,
  },
};

for (const [name, { error, expected, detail }] of Object.entries(cases)) {
  test(name, () => {
    const outcome = failure(error);
    assert.ok(!outcome.ok);
    assert.deepEqual({ code: outcome.code, message: outcome.message }, expected);
    assert.equal(outcome.isShort ?? false, expected.code === 'unavailable');
    if (detail === undefined) assert.equal(outcome.detail, undefined);
    else assert.match(outcome.detail ?? '', detail);
  });
}
