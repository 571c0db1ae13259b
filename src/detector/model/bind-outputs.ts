import type { BoundOutput } from '../gfl/split-outputs.ts';
import type { GridHead } from './head-schema.ts';
import { pictureDims } from './picture-dims.ts';

export interface OutputShape {
  name: string;
  /** As one run of the graph gave them. */
  dims: readonly number[];
}

/** The shapes of what a run gave. */
export function shapesOf(outputs: Readonly<Record<string, { dims: readonly number[] }>>): OutputShape[] {
  return Object.entries(outputs).map(([name, { dims }]) => ({ name, dims }));
}

/** A tensor that the manifest says the graph gives. */
interface Wanted {
  /** The manifest's field, for sentences. */
  field: string;
  name: string | undefined;
  channels: number;
  /** What makes so many channels, for sentences. */
  channelsAre: string;
  /** undefined: any number (decoded boxes without strides). */
  points: number | undefined;
}

export interface Binding {
  outputs: BoundOutput[];
  /** Why names were not used, when they were not. */
  note: string | undefined;
}

/**
 * Finds the head's tensors among the graph's outputs: by the manifest's names where the shapes agree, else by shape alone
 * (exporters shuffle and invent names). Returns sentences when neither way works.
 */
export function bindOutputs(
  head: GridHead,
  classes: number,
  network: { width: number; height: number },
  outputs: readonly OutputShape[],
): Binding | { mistakes: string[] } {
  const wanted = wantedTensors(head, classes, network);
  const layout = head.layout ?? 'points-first';
  const mistakes = wanted.flatMap(tensor => objections(tensor, layout, outputs));
  if (mistakes.length === 0) {
    return {
      outputs: assemble(head, classes, name => wanted.find(({ field }) => field === name)!.name!),
      note: undefined,
    };
  }
  const byShape = matchShapes(wanted, layout, outputs);
  if (byShape === undefined) return { mistakes };
  return {
    outputs: assemble(head, classes, field => byShape.get(field)!),
    note: `outputs bound by shape: ${mistakes[0]}${mistakes.length > 1 ? `, and ${mistakes.length - 1} more` : ''}`,
  };
}

function boxesAre(head: GridHead): string {
  return head.boxes === 'logits' ? `4 sides of ${head.bins} bins` : '4 numbers a box';
}

function boxChannels(head: GridHead): number {
  return head.boxes === 'logits' ? 4 * head.bins! : 4;
}

function wantedTensors(head: GridHead, classes: number, network: { width: number; height: number }): Wanted[] {
  const pointsOf = (strides: readonly number[]) =>
    strides.length === 0
      ? undefined
      : strides.reduce((sum, s) => sum + Math.ceil(network.width / s) * Math.ceil(network.height / s), 0);
  const named = classes === 1 ? '1 class name' : `${classes} class names`;
  return head.outputs.flatMap((output, i) => {
    const points = pointsOf(output.stride === undefined ? (head.strides ?? []) : [output.stride]);
    const tensor = (part: 'scores' | 'boxes' | 'fused', channels: number, channelsAre: string): Wanted => ({
      field: `head.outputs[${i}].${part}`,
      name: output[part],
      channels,
      channelsAre,
      points,
    });
    return isFused(head, output)
      ? [tensor('fused', classes + boxChannels(head), `${named} and ${boxesAre(head)}`)]
      : [tensor('scores', classes, named), tensor('boxes', boxChannels(head), boxesAre(head))];
  });
}

/** An entry without names is a fused tensor when the head says how one is ordered. */
function isFused(head: GridHead, { scores, boxes, fused }: GridHead['outputs'][number]): boolean {
  return fused !== undefined || (scores === undefined && boxes === undefined && head.order !== undefined);
}

function channelsOf(layout: string, dims: readonly number[]): number | undefined {
  const inner = pictureDims(dims);
  return layout === 'points-first' ? inner.at(-1) : inner[0];
}

function fits({ channels, points }: Wanted, layout: string, dims: readonly number[]): boolean {
  if (dims.length < 2) return false;
  const inner = pictureDims(dims);
  const others = layout === 'points-first' ? inner.slice(0, -1) : inner.slice(1);
  const count = others.reduce((product, size) => product * size, 1);
  return channelsOf(layout, dims) === channels && (points === undefined || count === points);
}

function objections(tensor: Wanted, layout: string, outputs: readonly OutputShape[]): string[] {
  const { field, name, channels, channelsAre, points } = tensor;
  const names = outputs.map(output => `"${output.name}"`).join(', ');
  if (name === undefined) return [`${field} has no name`];
  const output = outputs.find(other => other.name === name);
  if (output === undefined) return [`${field} is "${name}" but the graph's outputs are ${names}`];
  if (fits(tensor, layout, output.dims)) return [];
  const expected =
    layout === 'points-first' ? ['batch', points ?? 'points', channels] : ['batch', channels, points ?? 'points'];
  const why = channelsOf(layout, output.dims) === channels ? '' : ` (${channelsAre})`;
  return [`${field} "${name}" is [${output.dims.join(', ')}], the manifest says [${expected.join(', ')}]${why}`];
}

/** Field -> output name, if every wanted tensor fits exactly one output and no two the same. */
function matchShapes(wanted: readonly Wanted[], layout: string, outputs: readonly OutputShape[]) {
  const found = new Map<string, string>();
  for (const tensor of wanted) {
    const fitting = outputs.filter(({ dims }) => fits(tensor, layout, dims));
    if (fitting.length !== 1) return undefined;
    found.set(tensor.field, fitting[0]!.name);
  }
  return new Set(found.values()).size === wanted.length ? found : undefined;
}

function assemble(head: GridHead, classes: number, nameOf: (field: string) => string): BoundOutput[] {
  const coded = boxChannels(head);
  return head.outputs.map((output, i) => {
    const strides = output.stride === undefined ? (head.strides ?? []) : [output.stride];
    if (isFused(head, output)) {
      const name = nameOf(`head.outputs[${i}].fused`);
      const boxesFirst = head.order === 'boxes-first';
      return {
        scores: { output: name, channel: boxesFirst ? coded : 0, channels: classes + coded },
        boxes: { output: name, channel: boxesFirst ? 0 : classes, channels: classes + coded },
        strides,
      };
    }
    return {
      scores: { output: nameOf(`head.outputs[${i}].scores`), channel: 0, channels: classes },
      boxes: { output: nameOf(`head.outputs[${i}].boxes`), channel: 0, channels: coded },
      strides,
    };
  });
}
