import { allowsRectangular, type NetworkShape } from './image/placement.ts';
import type { InputSpec } from './model/input-schema.ts';
import type { InputShape, InputShapeChoice, Provider } from './types.ts';

/**
 * @returns `inputShape`, which callers are told; `pictureShape`, which pictures are placed in: on CUDA, of a model whose network input follows the picture's sides,
 * the largest there is, lying or standing. CUDA searches its algorithms anew for every size, for seconds, and only pictures of one size share a batch.
 */
export function inputShapes(
  input: InputSpec,
  provider: Provider,
  wanted: InputShapeChoice = 'auto',
): { inputShape: InputShape; pictureShape: NetworkShape } {
  const rectangular = wanted === 'rectangular' || (wanted === 'auto' && provider === 'cpu');
  const inputShape = rectangular && allowsRectangular(input) ? 'rectangular' : 'fixed';
  const few = provider === 'cuda' && wanted === 'auto' && input.resize.fit === 'keep-ratio';
  return { inputShape, pictureShape: few ? 'largest' : inputShape };
}
