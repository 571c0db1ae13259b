import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placePicture } from '../../src/detector/image/placement.ts';
import { inputShapes } from '../../src/detector/input-shapes.ts';
import type { InputSpec } from '../../src/detector/model/input-schema.ts';
import type { InputShapeChoice, Provider } from '../../src/detector/types.ts';

const spec = (resize: Partial<InputSpec['resize']>, spatial = true) =>
  ({
    ...{ width: 1344, height: 800, dynamic: { batch: true, spatial, multipleOf: 32 } },
    resize: { fit: 'letterbox', interpolation: 'bilinear', pad: [0, 0, 0], ...resize },
  }) as InputSpec;
const letterbox = spec({});
const keepRatio = spec({ fit: 'keep-ratio', shortSide: 800, longSide: 1333, rounding: 'round' });

const cases: [string, InputSpec, Provider, InputShapeChoice | undefined, [string, string]][] = [
  ['letterbox on the CPU', letterbox, 'cpu', undefined, ['rectangular', 'rectangular']],
  ['letterbox on the CPU, as published', letterbox, 'cpu', 'fixed', ['fixed', 'fixed']],
  ['letterbox of a graph of one size', spec({}, false), 'cpu', 'auto', ['fixed', 'fixed']],
  ['letterbox on CUDA', letterbox, 'cuda', 'auto', ['fixed', 'fixed']],
  ['letterbox on CUDA, if it must be', letterbox, 'cuda', 'rectangular', ['rectangular', 'rectangular']],
  ['stretched', spec({ fit: 'stretch' }), 'cpu', 'auto', ['fixed', 'fixed']],
  ['keep-ratio on the CPU', keepRatio, 'cpu', 'auto', ['fixed', 'fixed']],
  ['keep-ratio on CUDA', keepRatio, 'cuda', 'auto', ['fixed', 'largest']],
  ['keep-ratio on CUDA, as published', keepRatio, 'cuda', 'fixed', ['fixed', 'fixed']],
];
for (const [name, input, provider, wanted, [inputShape, pictureShape]] of cases) {
  test(name, () => assert.deepEqual(inputShapes(input, provider, wanted), { inputShape, pictureShape }));
}

test('the largest input of a keep-ratio model is one of two, and the picture lies in it as in its own', () => {
  const seen = new Set<string>();
  for (let width = 20; width <= 2000; width += 99) {
    for (let height = 20; height <= 2000; height += 99) {
      const { width: across, height: down, ...largest } = placePicture(keepRatio, { width, height }, 'largest');
      const { width: ownAcross, height: ownDown, ...own } = placePicture(keepRatio, { width, height });
      assert.deepEqual(largest, own);
      assert.ok(across >= ownAcross && down >= ownDown, `${width}x${height}`);
      seen.add(`${across}x${down}`);
    }
  }
  assert.deepEqual([...seen].sort(), ['1344x800', '800x1344']);
  assert.deepEqual(
    placePicture(letterbox, { width: 9, height: 5 }, 'largest'),
    placePicture(letterbox, { width: 9, height: 5 }),
  );
});
