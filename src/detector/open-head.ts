import { DetectorError } from './errors.ts';
import type { BoundOutput } from './gfl/split-outputs.ts';
import { detectionsHead, gridHead, type Head } from './head.ts';
import type { OutputTensor, Session } from './inference/session.ts';
import { bindOutputs, type OutputShape, shapesOf } from './model/bind-outputs.ts';
import { inputMistakes } from './model/check-input.ts';
import { type DetectionsManifest, isGridManifest, type LoadedManifest } from './model/manifest.ts';

export interface OpenedHead {
  head: Head;
  /** Where a grid head's tensors are; undefined where the graph suppresses by itself. */
  bound: readonly BoundOutput[] | undefined;
  /** Why outputs were bound by shape, if they were. */
  note: string | undefined;
}

/**
 * Holds the graph against the manifest, its outputs by one run on an empty picture, and finds the head's tensors among them.
 * Throws `DetectorError` `invalid_graph` with one sentence for every disagreement.
 */
export async function openHead(model: LoadedManifest, session: Session): Promise<OpenedHead> {
  const { manifest, labels } = model;
  const { input } = manifest;
  const refuse = (mistakes: readonly string[]) =>
    new DetectorError(
      'invalid_graph',
      `The graph does not fit the manifest of ${manifest.name}: ${mistakes.join('; ')}.`,
    );
  const mistakes = inputMistakes(input, session.inputs);
  if (mistakes.length > 0) throw refuse(mistakes);

  const { width, height } = input;
  let outputs: Record<string, OutputTensor>;
  try {
    outputs = await session.run(input.tensor, new Float32Array(3 * width * height), [1, 3, height, width]);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new DetectorError(
      'invalid_graph',
      `The graph of ${manifest.name} does not run at ${width}x${height}: ${reason}.`,
      {
        cause,
      },
    );
  }
  const shapes = shapesOf(outputs);
  if (!isGridManifest(manifest)) {
    const wrong = detectionsMistakes(manifest, shapes);
    if (wrong.length > 0) throw refuse(wrong);
    return { head: detectionsHead(manifest, labels), bound: undefined, note: undefined };
  }
  const binding = bindOutputs(manifest.head, labels.length, input, shapes);
  if ('mistakes' in binding) throw refuse(binding.mistakes);
  return { head: gridHead(manifest, labels, binding.outputs), bound: binding.outputs, note: binding.note };
}

/**
 * Runs a graph whose manifest says that it takes any size at another ratio than its own. A manifest that is wrong about it would have
 * every picture of other sides fail. Throws `DetectorError` `invalid_graph`.
 */
export async function tryOtherSize({ manifest }: LoadedManifest, session: Session): Promise<void> {
  const { width, height, tensor, dynamic } = manifest.input;
  const other = otherSize(width, height, dynamic?.multipleOf ?? 1);
  const dims = [1, 3, other.height, other.width];
  await session.run(tensor, new Float32Array(3 * other.height * other.width), dims).catch(cause => {
    const reason = `input.dynamic.spatial is true, and it fails at ${other.width}x${other.height}`;
    throw new DetectorError(
      'invalid_graph',
      `The graph does not fit the manifest of ${manifest.name}: ${reason} (${(cause as Error).message}); set it to false.`,
      { cause },
    );
  });
}

/** Of another ratio, so that sides taken for each other do not pass. */
export function otherSize(width: number, height: number, multiple: number): { width: number; height: number } {
  const smaller = (side: number, steps: number) => Math.max(multiple, Math.floor(side / multiple - steps) * multiple);
  return { width: smaller(width, 1), height: smaller(height, 2) };
}

function detectionsMistakes({ head }: DetectionsManifest, outputs: readonly OutputShape[]): string[] {
  const check = (field: 'detections' | 'labels', rank: number) => {
    const output = outputs.find(({ name }) => name === head[field]);
    if (output === undefined) {
      return [
        `head.${field} is "${head[field]}" but the graph's outputs are ${outputs.map(o => `"${o.name}"`).join(', ')}`,
      ];
    }
    if (output.dims.length === rank && (rank === 2 || output.dims[2] === 5)) return [];
    return [`head.${field} "${head[field]}" is [${output.dims.join(', ')}], not [batch, n${rank === 3 ? ', 5' : ''}]`];
  };
  return [...check('detections', 3), ...check('labels', 2)];
}
