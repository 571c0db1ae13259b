import type { TensorInfo } from '../inference/session.ts';
import type { InputSpec } from './input-schema.ts';

/** How the graph's input disagrees with the manifest, one sentence each. */
export function inputMistakes(input: InputSpec, inputs: readonly TensorInfo[]): string[] {
  const names = inputs.map(info => `"${info.name}"`).join(', ');
  const given = inputs.find(info => info.name === input.tensor);
  if (given === undefined) return [`input.tensor is "${input.tensor}" but the graph's inputs are ${names}`];
  const mistakes: string[] = [];
  if (inputs.length > 1) mistakes.push(`the graph has ${inputs.length} inputs (${names}), one is expected`);
  if (given.type !== 'float32')
    mistakes.push(`input "${given.name}" is ${given.type}, not float32 ("gfl-serve model add" casts it)`);
  const { dynamic } = input;
  const expected = [dynamic?.batch ? 'batch' : 1, 3, input.height, input.width];
  // Symbolic dimensions fit anything.
  const fits =
    given.dims.length === 4 &&
    expected.every(
      (size, i) => typeof size === 'string' || typeof given.dims[i] !== 'number' || given.dims[i] === size,
    );
  if (!fits) {
    mistakes.push(`input "${given.name}" is [${given.dims.join(', ')}], the manifest says [${expected.join(', ')}]`);
  }
  if (dynamic?.batch && typeof given.dims[0] === 'number') {
    mistakes.push('input.dynamic.batch is true but the graph fixes the batch');
  }
  if (dynamic?.spatial && (typeof given.dims[2] === 'number' || typeof given.dims[3] === 'number')) {
    mistakes.push('input.dynamic.spatial is true but the graph fixes height and width');
  }
  return mistakes;
}
