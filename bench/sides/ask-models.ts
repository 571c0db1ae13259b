import type { InputShape, Provider } from '../../src/detector/index.ts';
import type { ServerSide } from './side.ts';

/** Where the service's model runs, and what it makes of pictures, as `/models` says. */
export async function askModels({ urls }: ServerSide): Promise<{ provider: Provider; shape: InputShape }> {
  const response = await fetch(new URL('/models', urls[0]));
  const [model] = ((await response.json()) as { models: { provider: Provider; input: { shape: InputShape } }[] })
    .models;
  return { provider: model!.provider, shape: model!.input.shape };
}
