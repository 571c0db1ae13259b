import { test } from 'node:test';
import { placePicture } from '../../../src/detector/image/placement.ts';
import { fillTensor } from '../../../src/detector/image/tensor.ts';
import type { Manifest } from '../../../src/detector/model/manifest.ts';
import { assertClose } from '../../support/largest-difference.ts';
import { seededRandom } from '../../support/random.ts';

function input(width: number, height: number, overrides: Partial<Manifest['input']> = {}): Manifest['input'] {
  return {
    tensor: 'input',
    width,
    height,
    resize: { fit: 'letterbox', position: 'centre', interpolation: 'bilinear', sampling: 'corner', pad: [0, 0, 0] },
    colour: 'rgb',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    ...overrides,
  };
}

function pixelsOf(data: Uint8Array, width: number, height: number) {
  return { data, width, height, picture: { width, height } };
}

/** The definition, pixel by pixel: bilinear at `(x - offset) / scale`, outside is pad, rounded to 8 bits, normalised. */
function slowReference(data: Uint8Array, w: number, h: number, spec: Manifest['input']): Float32Array {
  const place = placePicture(spec, { width: w, height: h });
  const out = new Float32Array(3 * spec.width * spec.height);
  const at = (x: number, y: number, c: number) =>
    x >= 0 && y >= 0 && x < w && y < h ? data[(y * w + x) * 3 + c]! : spec.resize.pad[c]!;
  for (let c = 0; c < 3; c++) {
    const rgb = spec.colour === 'rgb' ? c : 2 - c;
    for (let y = 0; y < spec.height; y++) {
      for (let x = 0; x < spec.width; x++) {
        const sx = (x - place.offsetX) / place.scaleX;
        const sy = (y - place.offsetY) / place.scaleY;
        const x0 = Math.floor(sx);
        const y0 = Math.floor(sy);
        const fx = sx - x0;
        const fy = sy - y0;
        const value =
          (1 - fy) * ((1 - fx) * at(x0, y0, rgb) + fx * at(x0 + 1, y0, rgb)) +
          fy * ((1 - fx) * at(x0, y0 + 1, rgb) + fx * at(x0 + 1, y0 + 1, rgb));
        out[(c * spec.height + y) * spec.width + x] =
          (Math.floor(value + 0.5) * spec.scale - spec.mean[c]!) / spec.std[c]!;
      }
    }
  }
  return out;
}

test('tensor: a picture of the input size goes in unchanged, planes in colour order', () => {
  const data = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const rgb = new Float32Array(12);
  fillTensor(pixelsOf(data, 2, 2), placePicture(input(2, 2), { width: 2, height: 2 }), input(2, 2), rgb);
  assertClose(rgb, [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12], 0, 'rgb');
  const bgr = new Float32Array(12);
  const normalised = input(2, 2, { colour: 'bgr', scale: 2, mean: [2, 0, 0], std: [4, 1, 1] });
  fillTensor(pixelsOf(data, 2, 2), placePicture(normalised, { width: 2, height: 2 }), normalised, bgr);
  assertClose(bgr, [1, 2.5, 4, 5.5, 4, 10, 16, 22, 2, 8, 14, 20], 1e-6, 'bgr, (value * 2 - mean) / std');
});

const shapes: [string, number, number][] = [
  ['wide, shrunk', 61, 33],
  ['tall, shrunk', 33, 61],
  ['tiny, enlarged', 5, 7],
  ['one pixel', 1, 1],
  ['one row', 90, 1],
];
for (const [name, width, height] of shapes) {
  test(`tensor: equal to the plain definition: ${name}`, () => {
    const random = seededRandom(width * 100 + height);
    const data = Uint8Array.from({ length: width * height * 3 }, () => random() * 256);
    const spec = input(32, 32, {
      resize: { ...input(1, 1).resize, pad: [114, 10, 200] },
      colour: 'bgr',
      mean: [103.53, 116.28, 123.675],
      std: [57.375, 57.12, 58.395],
    });
    const out = new Float32Array(3 * 32 * 32);
    fillTensor(pixelsOf(data, width, height), placePicture(spec, { width, height }), spec, out);
    const expected = slowReference(data, width, height, spec);
    // A value that lands on a half level may round either way: one level, 1/57 after normalisation.
    const different = out.filter((value, i) => Math.abs(value - expected[i]!) > 1e-5).length;
    assertClose(out, expected, 1.01 / 57, `${name}, ${different} of ${out.length} on a half level`);
    assertClose([different / out.length], [0], 0.005, 'share of values that differ');
  });
}
