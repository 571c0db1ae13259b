import { noiseTensor } from './noise-tensor.ts';
import type { OutputTensor, Session } from './session.ts';

interface Input {
  tensor: string;
  width: number;
  height: number;
}

/** What to run a session on to compare it with others: one picture of noise. */
export function noiseRun({ tensor, width, height }: Input): [tensor: string, data: Float32Array, dims: number[]] {
  return [tensor, noiseTensor(3 * width * height), [1, 3, height, width]];
}

/** One picture of noise, to compare sessions of a graph by. */
export function runOnNoise(session: Session, input: Input): Promise<Record<string, OutputTensor>> {
  return session.run(...noiseRun(input));
}
