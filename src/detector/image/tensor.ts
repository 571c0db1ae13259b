import type { InputSpec } from '../model/input-schema.ts';
import type { Pixels } from './decode.ts';
import type { Placement } from './placement.ts';
import { sampleBilinear } from './sample-bilinear.ts';
import { sampleCubic } from './sample-cubic.ts';
import type { ChannelTarget } from './sample-job.ts';
import { samplingTaps, type Taps } from './sampling-taps.ts';

/**
 * Samples the picture into the network input and normalises it: `(value * scale - mean) / std`, planes in the manifest's
 * colour order. Values are rounded to whole 0..255 levels in between, as OpenCV's 8-bit resize and warp give them to the
 * family's training; what the picture does not cover has the pad colour.
 *
 * @param out (3, placement.height, placement.width)
 * @param bilinear tests put the plain way here
 */
export function fillTensor(
  pixels: Pixels,
  placement: Placement,
  input: InputSpec,
  out: Float32Array,
  bilinear = sampleBilinear,
): void {
  const { interpolation, sampling = 'corner' } = input.resize;
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
  const plane = placement.width * placement.height;
  const [red, green, blue] = [0, 1, 2].map(rgb => channelTarget(input, rgb, plane));
  const targets = [red!, green!, blue!] as const;
  if (!isWhole(across) || !isWhole(down)) {
    for (const target of targets) out.fill(padValue(input, target), target.start, target.start + plane);
  }
  const sample = interpolation === 'bilinear' ? bilinear : sampleCubic;
  sample({ pixels, across, down, targets, width: placement.width }, out);
}

/** Whether every target pixel has source pixels. */
function isWhole({ from, to, weights, count }: Taps): boolean {
  return from === 0 && to === weights.length / count;
}

/** @param rgb 0 red, 1 green, 2 blue */
function channelTarget(input: InputSpec, rgb: number, plane: number): ChannelTarget {
  const channel = input.colour === 'rgb' ? rgb : 2 - rgb;
  const { pad } = input.resize;
  return {
    start: channel * plane,
    gain: Math.fround(input.scale / input.std[channel]!),
    bias: Math.fround(-input.mean[channel]! / input.std[channel]!),
    padLevel: pad === 'mean' ? input.mean[channel]! / input.scale : pad[rgb]!,
  };
}

function padValue(input: InputSpec, { padLevel, gain, bias }: ChannelTarget): number {
  return input.resize.pad === 'mean' ? 0 : padLevel * gain + bias;
}
