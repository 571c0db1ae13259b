import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isShortage } from '../../src/detector/shortage.ts';

/** As seen with `prlimit --as`, but for the last two of ONNX Runtime and those of CUDA, which are its own text. */
const SHORTAGES: Record<string, string> = {
  libvips: 'vips_tracked: out of memory -- size == 123MB',
  'libvips, of the header': 'Input buffer has corrupt header: vips_tracked: out of memory -- size == 123MB',
  'libvips, of the result': 'vips_image_write_to_memory: out of memory -- size == 92MB',
  libjpeg: 'VipsJpeg: Insufficient memory (case 4)',
  libheif: 'source: bad seek to 1024\nheif: Invalid input: Unspecified: Memory allocation error (2.0)',
  GLib: 'glib: Error creating thread: Resource temporarily unavailable',
  libturbojpeg: 'tjDecompress2(): Memory allocation failure',
  'C++': 'std::bad_alloc',
  'Node.js': 'Array buffer allocation failed',
  'the system': 'read: Cannot allocate memory',
  'ONNX Runtime':
    'Non-zero status code returned while running Conv node. Failed to allocate memory for requested buffer of size 5537792',
  'ONNX Runtime, on the GPU': 'BFC Arena ran out of memory trying to allocate 5537792 bytes',
  CUDA: 'CUDA failure 2: out of memory ; GPU=0',
};
for (const [who, said] of Object.entries(SHORTAGES)) {
  test(`${who} got no memory`, () => assert.equal(isShortage(new RangeError(said)), true));
}

test('the system says it by a code', () => {
  assert.equal(isShortage(Object.assign(new Error('spawn'), { code: 'ENOMEM' })), true);
});

const OTHERS: Record<string, unknown> = {
  'a damaged JPEG': new Error('VipsJpeg: premature end of JPEG image'),
  "libheif's limits": new Error(
    'Input buffer has corrupt header: heif: Memory allocation error: Security limit exceeded: Maximum number of child boxes (100) in box exceeded',
  ),
  "libtiff's limits": new Error(
    'TIFFReadDirEntryArray: Memory allocation of 60000000 bytes is beyond the 52428800 byte limit defined in open options',
  ),
  'a code': Object.assign(new Error('open'), { code: 'ENOENT' }),
  'no error': 'out of memory',
};
for (const [name, error] of Object.entries(OTHERS)) {
  test(`${name} is no shortage`, () => assert.equal(isShortage(error), false));
}
