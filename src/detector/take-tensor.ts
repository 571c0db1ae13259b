import { DetectorError } from './errors.ts';
import { pixelRange } from './image/pixel-range.ts';
import { longestSides, type Size, variesInSize } from './image/placement.ts';
import { type InputSpec, isGridManifest, type Manifest } from './model/manifest.ts';
import type { PictureTensor } from './prepare-picture.ts';
import type { InputShape } from './types.ts';

/**
 * Network input that was made elsewhere, as a picture of its own size that lies in it as it is.
 * Throws `DetectorError` `invalid_option` when the network does not take that size, the bytes are not that many, or the values are none of
 * a picture.
 */
export function takeTensor(bytes: Uint8Array, size: Size, manifest: Manifest, shape: InputShape): PictureTensor {
  const { input } = manifest;
  const { width, height } = size;
  if (!fits(size, input, shape)) {
    throw new DetectorError('invalid_option', `The network takes ${takes(input, shape)}, not ${width}x${height}.`);
  }
  const values = 3 * height * width;
  if (bytes.byteLength !== values * Float32Array.BYTES_PER_ELEMENT) {
    const expected = `${values} values of 4 bytes (3 x ${height} x ${width})`;
    throw new DetectorError(
      'invalid_option',
      `Expected ${expected} of network input but received ${bytes.byteLength} bytes.`,
    );
  }
  // A copy: the bytes may lie anywhere, and floats only at multiples of four.
  const tensor = new Float32Array(values);
  new Uint8Array(tensor.buffer).set(bytes);
  if (!allFinite(tensor)) {
    throw new DetectorError('invalid_option', 'The network input has values that are no finite numbers of 32 bits.');
  }
  if (!isGridManifest(manifest)) checkPlausible(tensor, input);
  const asItIs = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 };
  return {
    tensor,
    placement: { ...size, sampling: asItIs, boxes: asItIs, content: { x1: 0, y1: 0, x2: width, y2: height } },
    picture: { width, height },
    orientation: 1,
    timings: { image: 0, tensor: 0 },
  };
}

/** Of anything else a network makes nothing, or boxes everywhere. */
function allFinite(values: Float32Array): boolean {
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) return false;
  return true;
}

/** In spans of what pixels become. */
const FAR = 10;

/**
 * A graph that suppresses by itself drops what overflows in it, and its answer would be an empty list. Input that is anywhere near that
 * of a picture does not overflow.
 */
function checkPlausible(values: Float32Array, input: InputSpec): void {
  const { lowest, highest } = pixelRange(input);
  const most = FAR * (highest - lowest);
  const odd = firstOutside(values, lowest - most, highest + most);
  if (odd === undefined) return;
  const becomes = `pixels become ${lowest.toPrecision(3)} to ${highest.toPrecision(3)}`;
  throw new DetectorError(
    'invalid_option',
    `The network input has values like ${odd.toPrecision(3)}, where ${becomes}: normalise it as the manifest says.`,
  );
}

/** A loop: `find` calls a closure for each of a million values, and takes eight times as long. */
function firstOutside(values: Float32Array, lowest: number, highest: number): number | undefined {
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value < lowest || value > highest) return value;
  }
  return undefined;
}

/** A size of its own costs CUDA a search for algorithms, and everyone memory: no side longer than a picture's can be. */
function fits({ width, height }: Size, input: InputSpec, shape: InputShape): boolean {
  if (!variesInSize(input, shape)) return width === input.width && height === input.height;
  const multiple = input.dynamic?.multipleOf ?? 1;
  const { shorter, longer } = longestSides(input);
  if (Math.min(width, height) > shorter || Math.max(width, height) > longer) return false;
  return [width, height].every(side => side >= multiple && side % multiple === 0);
}

function takes(input: InputSpec, shape: InputShape): string {
  if (!variesInSize(input, shape)) return `${input.width}x${input.height}`;
  const { shorter, longer } = longestSides(input);
  const both = shorter < longer ? `, the shorter up to ${shorter}` : '';
  return `sides that are multiples of ${input.dynamic?.multipleOf ?? 1} up to ${longer}${both}`;
}
