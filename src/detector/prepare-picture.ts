import type { BufferPool } from '../memory/buffer-pool.ts';
import { type DecodeLimits, decodePicture } from './image/decode.ts';
import { type NetworkShape, type Placement, placePicture, type Size } from './image/placement.ts';
import { fillTensor } from './image/tensor.ts';
import type { InputSpec } from './model/manifest.ts';

export interface PictureTensor {
  /** (3, placement.height, placement.width) */
  tensor: Float32Array<ArrayBuffer>;
  placement: Placement;
  /** Size of the upright picture. */
  picture: Size;
  /** EXIF orientation that was applied, 1..8. */
  orientation: number;
  timings: { image: number; tensor: number };
}

/** Bytes of one encoded picture -> network input: decode, orient, resize, pad, normalise. Throws as `decodePicture` does. */
export async function preparePicture(
  input: InputSpec,
  bytes: Uint8Array,
  limits: DecodeLimits,
  shape: NetworkShape,
  tensors: BufferPool,
): Promise<PictureTensor> {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Expected a Uint8Array for bytes but received ${bytes === null ? 'null' : typeof bytes}.`);
  }
  const start = performance.now();
  const pixels = await decodePicture(bytes, limits, picture => {
    const { scaleX, scaleY } = placePicture(input, picture, shape).sampling;
    return { width: picture.width * scaleX, height: picture.height * scaleY };
  });
  const decoded = performance.now();
  const placement = placePicture(input, pixels.picture, shape);
  const values = 3 * placement.height * placement.width;
  const tensor = new Float32Array(tensors.take(values * Float32Array.BYTES_PER_ELEMENT), 0, values);
  fillTensor(pixels, placement, input, tensor);
  pixels.release?.();
  return {
    tensor,
    placement,
    picture: pixels.picture,
    orientation: pixels.orientation,
    timings: { image: decoded - start, tensor: performance.now() - decoded },
  };
}
