import { noiseTensor } from './noise-tensor.ts';
import type { OutputTensor, Session } from './session.ts';

interface Input {
  tensor: string;
  width: number;
  height: number;
}

/** What to run a session on to compare it with others: pictures of noise. */
export function noiseRun(
  { tensor, width, height }: Input,
  batch = 1,
): [tensor: string, data: Float32Array, dims: number[]] {
  return [tensor, noiseTensor(batch * 3 * width * height), [batch, 3, height, width]];
}

/** One picture of noise, to compare sessions of a graph by. */
export function runOnNoise(session: Session, input: Input): Promise<Record<string, OutputTensor>> {
  return session.run(...noiseRun(input));
}
