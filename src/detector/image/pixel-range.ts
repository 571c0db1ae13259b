import type { InputSpec } from '../model/input-schema.ts';

/** The lowest and the highest that a pixel can become in the network input, of all channels. */
export function pixelRange({ scale, mean, std }: Pick<InputSpec, 'scale' | 'mean' | 'std'>): {
  lowest: number;
  highest: number;
} {
  const values = mean.flatMap((middle, c) => [0, 255].map(level => (level * scale - middle) / std[c]!));
  return { lowest: Math.min(...values), highest: Math.max(...values) };
}
