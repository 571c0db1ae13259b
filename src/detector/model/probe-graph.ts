import type { DeclaredValue } from '../../onnx/declared-values.ts';
import { noiseTensor } from '../inference/noise-tensor.ts';
import type { OutputTensor, Session } from '../inference/session.ts';

/** What a graph gives for one made-up picture of a certain size. */
export interface Probe {
  width: number;
  height: number;
  outputs: (OutputTensor & { name: string })[];
}

/** Tried where a graph names no size: the family's usual ones. */
const USUAL_SIZES = [
  [416, 416],
  [640, 640],
  [320, 320],
  [512, 512],
  [1344, 800],
] as const;

/**
 * Runs a graph on noise: at the size it names, or at `size`, or at the first usual one that it takes. Where its sides are
 * symbolic a second, smaller probe follows if it runs. Throws an `Error` with a sentence where nothing can be tried.
 */
export async function probeGraph(
  session: Session,
  inputs: readonly DeclaredValue[],
  size?: { width: number; height: number },
): Promise<Probe[]> {
  const input = pictureInput(inputs);
  const only = declaredSize(input);
  if (only !== undefined) {
    const { width, height } = only;
    if (size !== undefined && (size.width !== width || size.height !== height)) {
      throw new Error(`the graph takes ${width}x${height} only, not ${size.width}x${size.height}`);
    }
    return [await probe(session, input.name, width, height)];
  }
  const failures: string[] = [];
  for (const [w, h] of size === undefined ? USUAL_SIZES : [[size.width, size.height] as const]) {
    try {
      const first = await probe(session, input.name, w, h);
      // Sides that differ from each other and from the first; multiples of 32 where those are.
      const second = await probe(session, input.name, w > 64 ? w - 64 : w + 64, h > 32 ? h - 32 : h + 32).catch(
        () => undefined,
      );
      return second === undefined ? [first] : [first, second];
    } catch (cause) {
      failures.push(`${w}x${h}: ${(cause as Error).message}`);
    }
  }
  throw new Error(`the graph runs at no size that was tried (${failures.join('; ')})`);
}

/** The graph's one input, a float32 picture (batch, 3, height, width). */
export function pictureInput(inputs: readonly DeclaredValue[]): DeclaredValue {
  const [input] = inputs;
  if (input === undefined) throw new Error('the graph has no input');
  if (inputs.length > 1) {
    const names = inputs.map(({ name }) => `"${name}"`).join(', ');
    throw new Error(
      `the graph has ${inputs.length} inputs (${names}), one is expected: export it without post-processing`,
    );
  }
  const shape = `[${input.dims?.join(', ') ?? ''}]`;
  if (input.type !== 'float32') {
    throw new Error(
      `its input "${input.name}" is ${input.type}, not float32: export it with float32 inputs and outputs`,
    );
  }
  if (input.dims?.length !== 4 || (typeof input.dims[1] === 'number' && input.dims[1] !== 3)) {
    throw new Error(`its input "${input.name}" is ${shape}, not [batch, 3, height, width]`);
  }
  if (typeof input.dims[0] === 'number' && input.dims[0] !== 1) {
    throw new Error(`its input "${input.name}" is ${shape}: export it with a batch of 1, or a dynamic one`);
  }
  return input;
}

/** The one size that an input takes, pixels; undefined where a side is symbolic. */
export function declaredSize({ dims }: DeclaredValue): { width: number; height: number } | undefined {
  const [, , height, width] = dims!;
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;
}

async function probe(session: Session, input: string, width: number, height: number): Promise<Probe> {
  const outputs = await session.run(input, noiseTensor(3 * width * height), [1, 3, height, width]);
  return { width, height, outputs: Object.entries(outputs).map(([name, output]) => ({ name, ...output })) };
}
