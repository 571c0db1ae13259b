import type { InputSpec } from '../model/input-schema.ts';
import type { GraphFile } from '../model/read-graph.ts';

/** A normalisation that lies within the graph: what is left for the manifest. At least one of them. */
export interface OwnNormalisation {
  /** What the graph takes: 0 to 255, or 0 to 1. undefined where it only exchanges colours. */
  range?: 255 | 1;
  /** undefined where its numbers do not tell. */
  colour?: InputSpec['colour'];
  /** It exchanges red and blue; which it takes first `colour` tells, or the family whose network gets them then. */
  reversed?: true;
}

/** Of red, green and blue, 0 to 255. */
const IMAGENET_MEAN = [123.675, 116.28, 103.53];
const MEAN_TOLERANCE = 1.5;

/** How wide what the network gets is, from black to white: 0..1 is 1 wide, ImageNet's 4.4, eight bits signed and unscaled 255. */
const NORMALISED_WIDTH = { least: 0.5, most: 12 };
/** 0..1 is left alone by most, and what is multiplied by little may be anything: twice, around 0, is the least that is a normalisation. */
const LEAST_GAIN_OF_UNIT = 1.5;

/** undefined where the graph leaves the normalisation to others, or does what no exporter is known to do. */
export function ownNormalisation({ changes, description, scaling }: GraphFile): OwnNormalisation | undefined {
  const takesBytes = changes.cast.some(({ name, type }) => name === description.inputs[0]?.name && type === 'uint8');
  const colour = scaling && colourOf(scaling);
  // ImageNet's means are those of pixels or of fractions, whatever they are divided by.
  const byMeans = colour && (isOfFractions(meansOf(scaling)) ? 1 : 255);
  const range = takesBytes ? 255 : scaling && (rangeOf(scaling) ?? byMeans);
  const reversed = scaling?.reversed === true;
  if (range === undefined) return reversed ? { reversed } : undefined;
  return { range, ...(colour && { colour }), ...(reversed && { reversed }) };
}

function rangeOf({ gain, bias }: NonNullable<GraphFile['scaling']>): OwnNormalisation['range'] | undefined {
  const isWithin = (width: number) => width >= NORMALISED_WIDTH.least && width <= NORMALISED_WIDTH.most;
  if (gain.every(one => isWithin(255 * one))) return 255;
  const centred = gain.every(
    (one, c) => one >= LEAST_GAIN_OF_UNIT && isWithin(one) && bias[c]! < 0 && bias[c]! + one > 0,
  );
  const toPixels = gain.every((one, c) => one === 255 && bias[c] === 0);
  return centred || toPixels ? 1 : undefined;
}

function colourOf(scaling: NonNullable<GraphFile['scaling']>): InputSpec['colour'] | undefined {
  const means = meansOf(scaling);
  const pixels = isOfFractions(means) ? means.map(mean => 255 * mean) : means;
  const are = (wanted: readonly number[]) => pixels.every((mean, c) => Math.abs(mean - wanted[c]!) <= MEAN_TOLERANCE);
  if (are(IMAGENET_MEAN)) return 'rgb';
  return are(IMAGENET_MEAN.toReversed()) ? 'bgr' : undefined;
}

function meansOf({ gain, bias }: NonNullable<GraphFile['scaling']>): number[] {
  return gain.map((one, c) => -bias[c]! / one);
}

function isOfFractions(means: readonly number[]): boolean {
  return means.every(mean => mean < 1);
}

/** The manifest's part of it. Padding goes in before the graph normalises: what is 0 behind that is the mean colour before it. */
export function leaveNormalisation(
  input: Pick<InputSpec, 'resize' | 'colour' | 'scale' | 'mean' | 'std'>,
  own: OwnNormalisation,
) {
  const { range, reversed = false } = own;
  const theOther = input.colour === 'rgb' ? 'bgr' : 'rgb';
  if (range === undefined) {
    const [first, second, third] = input.mean;
    const mean: InputSpec['mean'] = [third, second, first];
    return { ...input, colour: theOther, mean, std: input.std.toReversed() } satisfies Partial<InputSpec>;
  }
  const std = range === 255 ? 1 : 255;
  const rgb = input.colour === 'rgb' ? input.mean : input.mean.toReversed();
  const pad = rgb.map(mean => Math.round(mean / input.scale)) as [number, number, number];
  const resize = input.resize.pad === 'mean' ? { ...input.resize, pad } : input.resize;
  return {
    ...input,
    resize,
    colour: own.colour ?? (reversed ? theOther : input.colour),
    scale: 1,
    mean: [0, 0, 0],
    std: [std, std, std],
  } satisfies Partial<InputSpec>;
}
