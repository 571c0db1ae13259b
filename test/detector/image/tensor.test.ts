import { test } from 'node:test';
import { placePicture } from '../../../src/detector/image/placement.ts';
import { fillTensor } from '../../../src/detector/image/tensor.ts';
import type { InputSpec } from '../../../src/detector/model/input-schema.ts';
import { assertClose } from '../../support/largest-difference.ts';
import { seededRandom } from '../../support/random.ts';

function input(width: number, height: number, overrides: Partial<InputSpec> = {}): InputSpec {
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

/** OpenCV's cubic, a = -0.75, as the textbook writes it. */
function cubicWeight(distance: number): number {
  const a = -0.75;
  const d = Math.abs(distance);
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
}

/**
 * The definition, pixel by pixel: weights of the distance to every pixel around, outside is pad (corner) or the border pixel
 * (half-pixel), rounded to 8 bits, normalised.
 */
function slowReference(data: Uint8Array, w: number, h: number, spec: InputSpec): Float32Array {
  const place = placePicture(spec, { width: w, height: h });
  const { scaleX, scaleY, offsetX, offsetY } = place.sampling;
  const out = new Float32Array(3 * place.width * place.height);
  const halfPixel = spec.resize.sampling === 'half-pixel';
  const half = halfPixel ? 0.5 : 0;
  const weight = spec.resize.interpolation === 'cubic' ? cubicWeight : (d: number) => Math.max(0, 1 - Math.abs(d));
  for (let c = 0; c < 3; c++) {
    const rgb = spec.colour === 'rgb' ? c : 2 - c;
    const pad = spec.resize.pad === 'mean' ? spec.mean[c]! / spec.scale : spec.resize.pad[rgb]!;
    const at = (x: number, y: number) => {
      if (halfPixel) return data[(Math.min(Math.max(y, 0), h - 1) * w + Math.min(Math.max(x, 0), w - 1)) * 3 + rgb]!;
      return x >= 0 && y >= 0 && x < w && y < h ? data[(y * w + x) * 3 + rgb]! : pad;
    };
    for (let y = 0; y < place.height; y++) {
      for (let x = 0; x < place.width; x++) {
        const sx = (x + half - offsetX) / scaleX - half;
        const sy = (y + half - offsetY) / scaleY - half;
        let value = 0;
        for (let ty = Math.floor(sy) - 1; ty <= Math.floor(sy) + 2; ty++) {
          for (let tx = Math.floor(sx) - 1; tx <= Math.floor(sx) + 2; tx++) {
            value += weight(sy - ty) * weight(sx - tx) * at(tx, ty);
          }
        }
        const beyond = halfPixel && (sx + 0.5 < 0 || sy + 0.5 < 0 || sx + 0.5 > w || sy + 0.5 > h);
        const empty = !halfPixel && (sx <= -1 || sy <= -1 || sx >= w || sy >= h);
        const level = beyond || empty ? pad : Math.min(Math.max(Math.floor(value + 0.5), 0), 255);
        out[(c * place.height + y) * place.width + x] = (level * spec.scale - spec.mean[c]!) / spec.std[c]!;
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

const resizes: [string, Partial<InputSpec['resize']>][] = [
  ['letterbox, corner, bilinear', {}],
  ['letterbox, half-pixel, bilinear', { sampling: 'half-pixel', rounding: 'round' }],
  ['top left, half-pixel, bilinear', { sampling: 'half-pixel', rounding: 'round', position: 'top-left' }],
  ['stretch, corner, bilinear', { fit: 'stretch' }],
  ['stretch, half-pixel, cubic', { fit: 'stretch', sampling: 'half-pixel', rounding: 'round', interpolation: 'cubic' }],
  [
    'keep-ratio, half-pixel, bilinear, pad after normalisation',
    { fit: 'keep-ratio', shortSide: 40, longSide: 50, sampling: 'half-pixel', rounding: 'round', pad: 'mean' },
  ],
  [
    'keep-ratio in the centre, half-pixel, bilinear',
    { fit: 'keep-ratio', shortSide: 40, longSide: 50, sampling: 'half-pixel', rounding: 'round', position: 'centre' },
  ],
];
const shapes: [string, number, number][] = [
  ['wide, shrunk', 61, 33],
  ['tall, shrunk', 33, 61],
  ['tiny, enlarged', 5, 7],
  ['one pixel', 1, 1],
  ['one row', 90, 1],
];
for (const [how, resize] of resizes) {
  for (const [name, width, height] of shapes) {
    test(`tensor: equal to the plain definition: ${how}: ${name}`, () => {
      const random = seededRandom(width * 100 + height);
      const data = Uint8Array.from({ length: width * height * 3 }, () => random() * 256);
      const spec = input(32, 32, {
        dynamic: { batch: true, spatial: true, multipleOf: 32 },
        resize: { ...input(1, 1).resize, pad: [114, 10, 200], ...resize },
        colour: 'bgr',
        mean: [103.53, 116.28, 123.675],
        std: [57.375, 57.12, 58.395],
      });
      const placement = placePicture(spec, { width, height });
      const out = new Float32Array(3 * placement.width * placement.height);
      fillTensor(pixelsOf(data, width, height), placement, spec, out);
      const expected = slowReference(data, width, height, spec);
      // A value that lands on a half level may round either way: one level, 1/57 after normalisation.
      const different = out.filter((value, i) => Math.abs(value - expected[i]!) > 1e-5).length;
      assertClose(out, expected, 1.01 / 57, `${how}: ${name}, ${different} of ${out.length} on a half level`);
      assertClose([different / out.length], [0], 0.005, 'share of values that differ');
    });
  }
}
