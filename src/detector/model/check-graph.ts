import { DetectorError } from '../errors.ts';
import type { TensorInfo } from '../inference/session.ts';
import type { LoadedManifest } from './manifest.ts';

/**
 * Holds the graph's inputs and outputs against the manifest.
 * Throws `DetectorError` `invalid_graph` with one sentence for every disagreement.
 */
export function checkGraph(
  { manifest, labels }: LoadedManifest,
  graph: { inputs: readonly TensorInfo[]; outputs: readonly TensorInfo[] },
): void {
  const { input, head } = manifest;
  const mistakes: string[] = [];
  // Symbolic dimensions fit anything.
  const expect = (field: string, info: TensorInfo, expected: readonly (number | string)[]) => {
    const fits =
      info.dims.length === expected.length &&
      expected.every(
        (size, i) => typeof size === 'string' || typeof info.dims[i] !== 'number' || info.dims[i] === size,
      );
    if (!fits)
      mistakes.push(`${field} "${info.name}" is [${info.dims.join(', ')}], the manifest says [${expected.join(', ')}]`);
    if (info.type !== 'float32') mistakes.push(`${field} "${info.name}" is ${info.type}, not float32`);
  };

  const given = graph.inputs.find(info => info.name === input.tensor);
  if (given === undefined) {
    mistakes.push(`input.tensor is "${input.tensor}" but the graph's inputs are ${names(graph.inputs)}`);
  } else {
    expect('input.tensor', given, [input.dynamic?.batch ? 'batch' : 1, 3, input.height, input.width]);
    if (input.dynamic?.batch && typeof given.dims[0] === 'number')
      mistakes.push('input.dynamic.batch is true but the graph fixes the batch');
    if (input.dynamic?.spatial && (typeof given.dims[2] === 'number' || typeof given.dims[3] === 'number')) {
      mistakes.push('input.dynamic.spatial is true but the graph fixes height and width');
    }
  }
  if (graph.inputs.length > 1)
    mistakes.push(`the graph has ${graph.inputs.length} inputs (${names(graph.inputs)}), one is expected`);

  for (const [i, level] of head.outputs.entries()) {
    const points = Math.ceil(input.width / level.stride) * Math.ceil(input.height / level.stride);
    const size = input.dynamic?.spatial ? 'points' : points;
    for (const [part, channels] of [
      ['scores', labels.length],
      ['boxes', 4 * head.bins],
    ] as const) {
      const info = graph.outputs.find(output => output.name === level[part]);
      if (info === undefined)
        mistakes.push(
          `head.outputs[${i}].${part} is "${level[part]}" but the graph's outputs are ${names(graph.outputs)}`,
        );
      else expect(`head.outputs[${i}].${part}`, info, ['batch', size, channels]);
    }
  }
  if (mistakes.length > 0) {
    throw new DetectorError(
      'invalid_graph',
      `The graph does not fit the manifest of ${manifest.name}: ${mistakes.join('; ')}.`,
    );
  }
}

function names(infos: readonly TensorInfo[]): string {
  return infos.map(info => `"${info.name}"`).join(', ');
}
