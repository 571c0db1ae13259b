import type { GridHead } from '../model/head-schema.ts';
import type { Probe } from '../model/probe-graph.ts';
import type { ProbedGraph, Recognition, Wishes } from './family.ts';
import { findTensors, type HeadTensors } from './find-tensors.ts';
import { inUnitRange, rangeOf, viewOutput } from './output-view.ts';
import { splitFused } from './split-fused.ts';
import { type Known, splitPair } from './split-pair.ts';

/** What tells one family's head from another's. */
export interface GridTraits {
  strides: readonly number[];
  bins: readonly number[];
  priorOffset: NonNullable<GridHead['priorOffset']>;
  /** Whether exports with the integral inside are known: 4 distances a point. */
  distances: boolean;
  /** Tensors of a level: scores and boxes apart, or fused; each level with its own, or all together. */
  forms: readonly ('pairs apart' | 'pairs together' | 'fused apart' | 'fused together')[];
  /** Of fused channels. */
  order: 'scores-first' | 'boxes-first';
  /** Whether scores end in a sigmoid in every export: others are a sign of other bins. */
  sigmoid?: true;
}

/** Finds a grid head by shapes, operators and the values that noise gives. */
export function recogniseGrid(
  { description }: ProbedGraph,
  probe: Probe,
  traits: GridTraits,
  wishes: Wishes,
): Recognition {
  const strides = wishes.strides ?? traits.strides;
  const all = findTensors(probe, strides);
  const found = all.filter(tensors => furtherLevel(tensors, probe) === undefined);
  const fitting = found.filter(tensors => traits.forms.includes(formOf(tensors)));
  if (fitting.length === 0) return { reasons: [whyNone(all, found, traits, probe, strides)] };

  const known: Known = {
    bins: wishes.bins === undefined ? traits.bins : [wishes.bins],
    distances: traits.distances,
    classes: wishes.classes,
    probability: traits.sigmoid === true && wishes.bins === undefined && wishes.classes === undefined,
    endings: name => description.outputs.find(output => output.name === name)?.endings ?? [],
  };
  const reasons: string[] = [];
  for (const tensors of fitting) {
    const result = formOf(tensors).startsWith('pairs')
      ? fromPairs(tensors, traits, known)
      : fromFused(tensors, traits, known);
    if ('head' in result) return result;
    reasons.push(...result.reasons);
  }
  return { reasons };
}

function fromPairs(tensors: HeadTensors, traits: GridTraits, known: Known): Recognition {
  const split = splitPair(tensors, known);
  if ('reason' in split) return { reasons: [split.reason] };
  const ranges = split.entries.map(({ scores }) => rangeOf(scores));
  const probability = ranges.every(inUnitRange);
  if (split.boxes === 'distances') {
    const highest = Math.max(...split.entries.map(({ boxes }) => rangeOf(boxes).highest));
    // In strides they end where the bins do.
    if (highest > 64)
      return { reasons: [`its distances reach ${highest.toFixed(0)}: pixels, where strides are expected`] };
  }
  const head: GridHead = {
    ...common(tensors, traits, probability),
    boxes: split.boxes,
    ...(split.bins === undefined ? {} : { bins: split.bins }),
    outputs: split.entries.map(({ stride, scores, boxes }) => ({
      ...(stride === undefined ? {} : { stride }),
      scores: scores.name,
      boxes: boxes.name,
    })),
  };
  const bins = split.bins === undefined ? 'distances, no distribution' : `${split.bins} bins a side`;
  return { head, classes: split.classes, evidence: evidence(tensors, split.classes, bins, probability) };
}

function fromFused(tensors: HeadTensors, traits: GridTraits, known: Known): Recognition {
  const split = splitFused(tensors, traits.order, known);
  if ('reason' in split) return { reasons: [split.reason] };
  const firstScore = traits.order === 'scores-first' ? 0 : 4 * split.bins;
  const probability = tensors.entries.every(({ views }) => inUnitRange(rangeOf(views[0]!, firstScore, split.classes)));
  const head: GridHead = {
    ...common(tensors, traits, probability),
    boxes: 'logits',
    bins: split.bins,
    order: traits.order,
    outputs: tensors.entries.map(({ stride, views }) => ({
      ...(stride === undefined ? {} : { stride }),
      fused: views[0]!.name,
    })),
  };
  const bins = `${split.bins} bins a side, in one tensor, ${traits.order}`;
  return { head, classes: split.classes, evidence: evidence(tensors, split.classes, bins, probability) };
}

function common({ layout, strides }: HeadTensors, { priorOffset }: GridTraits, probability: boolean) {
  return {
    strides: [...strides],
    priorOffset,
    scores: probability ? ('probability' as const) : ('logit' as const),
    layout,
  };
}

function evidence({ strides, layout }: HeadTensors, classes: number, bins: string, probability: boolean): string[] {
  return [
    `strides ${strides.join(', ')}`,
    `${classes} ${classes === 1 ? 'class' : 'classes'}`,
    bins,
    probability ? 'scores are probabilities' : 'scores are logits',
    layout,
  ];
}

/** An output that is left over and has the channels of a level. */
function furtherLevel({ layout, entries }: HeadTensors, probe: Probe): string | undefined {
  const used = new Set(entries.flatMap(({ views }) => views.map(({ name }) => name)));
  const channels = new Set(entries[0]!.views.map(view => view.channels));
  const left = probe.outputs.filter(({ name }) => !used.has(name)).map(output => viewOutput(output, layout));
  return left.find(view => view !== undefined && channels.has(view.channels))?.name;
}

function formOf({ entries }: HeadTensors) {
  const parts = entries[0]!.views.length === 2 ? 'pairs' : 'fused';
  return `${parts} ${entries[0]!.stride === undefined ? 'together' : 'apart'}` as const;
}

const SPOKEN: Record<GridTraits['forms'][number], string> = {
  'pairs apart': 'a tensor of scores and one of boxes for every level',
  'pairs together': 'one tensor of scores and one of boxes for all levels',
  'fused apart': 'one tensor for every level',
  'fused together': 'one tensor for all levels',
};

function whyNone(
  all: readonly HeadTensors[],
  found: readonly HeadTensors[],
  traits: GridTraits,
  probe: Probe,
  strides: readonly number[],
): string {
  if (found.length > 0) return otherForm(found, traits);
  if (all.length === 0) return noTensors(probe, strides);
  return `it has more levels than strides ${strides.join(', ')} ("${furtherLevel(all[0]!, probe)}")`;
}

function otherForm(found: readonly HeadTensors[], { forms }: GridTraits): string {
  return `it has ${SPOKEN[formOf(found[0]!)]}, not ${forms.map(form => SPOKEN[form]).join(' or ')}`;
}

function noTensors({ width, height, outputs }: Probe, strides: readonly number[]): string {
  const counts = new Set(
    (['points-first', 'channels-first'] as const).flatMap(layout =>
      outputs.map(output => viewOutput(output, layout)?.points),
    ),
  );
  const levels = strides.map(stride => ({
    stride,
    points: Math.ceil(width / stride) * Math.ceil(height / stride),
  }));
  const total = levels.reduce((sum, { points }) => sum + points, 0);
  const missing = levels.find(({ points }) => !counts.has(points));
  return missing === undefined
    ? `its levels do not have the same one or two tensors each (${crowded(outputs, levels) ?? `strides ${strides.join(', ')}`})`
    : `no output has the ${missing.points} points of stride ${missing.stride} at ${width}x${height}, or the ${total} of all levels`;
}

/** A level with more tensors than a head has: sums of scores as RKNN's exports have them, features of the neck. */
function crowded(outputs: Probe['outputs'], levels: readonly { stride: number; points: number }[]): string | undefined {
  for (const layout of ['channels-first', 'points-first'] as const) {
    for (const { stride, points } of levels) {
      const names = outputs
        .filter(output => viewOutput(output, layout)?.points === points)
        .map(({ name }) => `"${name}"`);
      if (names.length <= 2) continue;
      return `stride ${stride} has ${names.join(', ')}: leave those that are neither scores nor boxes out of the graph's outputs`;
    }
  }
  return undefined;
}
