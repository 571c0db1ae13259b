import type { Manifest } from '../model/manifest.ts';
import type { Pixels } from './decode.ts';
import type { Placement } from './placement.ts';

/** One axis of a bilinear sampling: for every target pixel its two source pixels and their weights. */
interface Taps {
  first: Int32Array;
  second: Int32Array;
  firstWeight: Float32Array;
  secondWeight: Float32Array;
}

/**
 * Samples the picture into the network input and normalises it: `(value * scale - mean) / std`, planes in the manifest's
 * colour order. Bilinear, rounded to whole 0..255 levels; pixels outside the picture have the pad colour, also as
 * neighbours of the border pixels. That is what cv2.warpPerspective with a constant border gives to the family's training.
 *
 * @param out (3, placement.height, placement.width)
 */
export function fillTensor(pixels: Pixels, placement: Placement, input: Manifest['input'], out: Float32Array): void {
  const { width, height } = placement;
  const across = taps(width, placement.scaleX, placement.offsetX, pixels.width, pixels.picture.width);
  const down = taps(height, placement.scaleY, placement.offsetY, pixels.height, pixels.picture.height);
  const plane = width * height;
  const { data } = pixels;
  for (let channel = 0; channel < 3; channel++) {
    const at = channel * plane;
    const rgb = input.colour === 'rgb' ? channel : 2 - channel;
    const gain = input.scale / input.std[channel]!;
    const bias = -input.mean[channel]! / input.std[channel]!;
    const pad = input.resize.pad[rgb]!;
    for (let y = 0; y < height; y++) {
      const upper = down.first[y]! * pixels.width * 3 + rgb;
      const lower = down.second[y]! * pixels.width * 3 + rgb;
      const upperWeight = down.firstWeight[y]!;
      const lowerWeight = down.secondWeight[y]!;
      const rowWeight = upperWeight + lowerWeight;
      for (let x = 0; x < width; x++) {
        const left = across.first[x]! * 3;
        const right = across.second[x]! * 3;
        const leftWeight = across.firstWeight[x]!;
        const rightWeight = across.secondWeight[x]!;
        const inside =
          upperWeight * (leftWeight * data[upper + left]! + rightWeight * data[upper + right]!) +
          lowerWeight * (leftWeight * data[lower + left]! + rightWeight * data[lower + right]!);
        const outside = 1 - rowWeight * (leftWeight + rightWeight);
        const level = (inside + outside * pad + 0.5) | 0;
        out[at + y * width + x] = level * gain + bias;
      }
    }
  }
}

/**
 * @param size target pixels along this axis
 * @param stored source pixels along this axis as decoded; fewer than `original` when shrunk while decoding
 */
function taps(size: number, scale: number, offset: number, stored: number, original: number): Taps {
  const result = {
    first: new Int32Array(size),
    second: new Int32Array(size),
    firstWeight: new Float32Array(size),
    secondWeight: new Float32Array(size),
  };
  const shrink = stored / original;
  for (let i = 0; i < size; i++) {
    // The shrunk copy covers the same area as the picture, so its pixel centres, not its corners, follow the scale.
    const position = shrink === 1 ? (i - offset) / scale : ((i - offset) / scale + 0.5) * shrink - 0.5;
    const first = Math.floor(position);
    const fraction = position - first;
    if (first >= 0 && first < stored) {
      result.first[i] = first;
      result.firstWeight[i] = 1 - fraction;
    }
    if (first + 1 >= 0 && first + 1 < stored) {
      result.second[i] = first + 1;
      result.secondWeight[i] = fraction;
    }
  }
  return result;
}
