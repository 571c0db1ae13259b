import { noiseTensor } from './noise-tensor.ts';
import type { OutputTensor, Session } from './session.ts';

/** One picture of noise, to compare sessions of a graph by. */
export function runOnNoise(
  session: Session,
  { tensor, width, height }: { tensor: string; width: number; height: number },
): Promise<Record<string, OutputTensor>> {
  return session.run(tensor, noiseTensor(3 * width * height), [1, 3, height, width]);
}
