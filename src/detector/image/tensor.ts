import type { InputSpec } from '../model/input-schema.ts';
import type { Pixels } from './decode.ts';
import type { Placement } from './placement.ts';
import { sampleBilinear, sampleCubic } from './sample.ts';
import { samplingTaps } from './sampling-taps.ts';

/**
 * Samples the picture into the network input and normalises it: `(value * scale - mean) / std`, planes in the manifest's
 * colour order. Values are rounded to whole 0..255 levels in between, as OpenCV's 8-bit resize and warp give them to the
 * family's training; what the picture does not cover has the pad colour.
 *
 * @param out (3, placement.height, placement.width)
 */
export function fillTensor(pixels: Pixels, placement: Placement, input: InputSpec, out: Float32Array): void {
  const { interpolation, sampling = 'corner', pad } = input.resize;
  const { scaleX, scaleY, offsetX, offsetY } = placement.sampling;
  const { picture } = pixels;
  const across = samplingTaps(
    { size: placement.width, scale: scaleX, offset: offsetX, original: picture.width, stored: pixels.width },
    interpolation,
    sampling,
  );
  const down = samplingTaps(
    { size: placement.height, scale: scaleY, offset: offsetY, original: picture.height, stored: pixels.height },
    interpolation,
    sampling,
  );
  const sample = interpolation === 'bilinear' ? sampleBilinear : sampleCubic;
  const plane = placement.width * placement.height;
  for (let channel = 0; channel < 3; channel++) {
    const rgb = input.colour === 'rgb' ? channel : 2 - channel;
    const gain = input.scale / input.std[channel]!;
    const bias = -input.mean[channel]! / input.std[channel]!;
    const padLevel = pad === 'mean' ? input.mean[channel]! / input.scale : pad[rgb]!;
    const target = out.subarray(channel * plane, (channel + 1) * plane);
    target.fill(pad === 'mean' ? 0 : padLevel * gain + bias);
    sample({ pixels, channel: rgb, across, down, padLevel, gain, bias, width: placement.width }, target);
  }
}
