import { CliError } from '../cli-error.ts';
import type { InspectWishes } from './jobs.ts';

/** Flags that help to read a graph, shared by `inspect` and `add`. */
export const WISH_FLAGS = {
  size: { type: 'string' },
  bins: { type: 'string' },
  classes: { type: 'string' },
  strides: { type: 'string' },
} as const;

export const WISH_USAGE = `  --size WxH       network size in pixels, where the graph takes any: 640x480, or 416 for a square
  --bins N         bins a side (GFL's reg_max + 1)
  --strides LIST   such as 8,16,32, in the order of the graph's points`;

type WishValues = { [name in keyof typeof WISH_FLAGS]?: string };

/** As they were given, for the next command. */
export function wishFlags(values: WishValues): string[] {
  const names = Object.keys(WISH_FLAGS) as (keyof WishValues)[];
  return names.flatMap(name => (values[name] === undefined ? [] : [`--${name}`, values[name]]));
}

export function readWishes(values: WishValues): InspectWishes {
  const { size, bins, classes, strides } = values;
  return {
    ...(size === undefined ? {} : { size: readSize(size) }),
    ...(bins === undefined ? {} : { bins: whole('--bins', bins, 2, 64) }),
    ...(classes === undefined ? {} : { classes: whole('--classes', classes, 1, 100_000) }),
    ...(strides === undefined ? {} : { strides: strides.split(',').map(text => whole('--strides', text, 1, 512)) }),
  };
}

function readSize(text: string): { width: number; height: number } {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text);
  if (match === null)
    throw new CliError(`--size takes WIDTHxHEIGHT in pixels, such as 640x480, but received "${text}".`);
  const width = whole('--size', match[1]!, 32, 4096);
  return { width, height: whole('--size', match[2] ?? match[1]!, 32, 4096) };
}

function whole(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new CliError(`${flag} takes whole numbers from ${min} to ${max} but received "${text}".`);
}

/** The one file that a command is about. */
export function onePositional(positionals: readonly string[], usage: string): string {
  if (positionals.length === 1) return positionals[0]!;
  throw new CliError(usage);
}
