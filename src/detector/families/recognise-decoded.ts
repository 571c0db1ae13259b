import { suppresses } from '../model/describe-graph.ts';
import type { GridHead } from '../model/head-schema.ts';
import type { Probe } from '../model/probe-graph.ts';
import { boxForm } from './box-form.ts';
import type { ProbedGraph, Recognition, Wishes } from './family.ts';
import { inUnitRange, type OutputView, rangeOf, viewOutput } from './output-view.ts';

/** Heads whose boxes are pixels of the input: suppressed inside the graph, in two tensors, or in one with the scores. */
export function recogniseDecoded(graph: ProbedGraph, probe: Probe, wishes: Wishes): Recognition {
  const suppressed = recogniseSuppressed(graph, probe);
  if (suppressed !== undefined) return suppressed;
  const apart = recogniseApart(probe, wishes);
  if ('head' in apart) return apart;
  const fused = recogniseFused(probe, wishes);
  if ('head' in fused) return fused;
  const inside = suppresses(graph.description) ? 'it suppresses inside, but has' : 'it has';
  const noPair = `${inside} no pair of outputs [batch, n, 5] (boxes and scores) and [batch, n] (class ids)`;
  return { reasons: [noPair, ...apart.reasons, ...fused.reasons] };
}

/** undefined where there are no class ids beside boxes with scores. */
export function recogniseSuppressed({ description }: ProbedGraph, { outputs }: Probe): Recognition | undefined {
  const detections = outputs.find(({ dims }) => dims.length === 3 && dims[2] === 5);
  const likeLabels = outputs.filter(({ dims }) => dims.length === 2 && dims[1] === detections?.dims[1]);
  const isInteger = (name: string) => description.outputs.find(output => output.name === name)?.type?.startsWith('int');
  const declared = likeLabels.find(({ name }) => isInteger(name));
  const [labels, second] = declared === undefined ? likeliestClassIds(likeLabels) : [declared];
  if (detections === undefined || labels === undefined) return undefined;
  if (second !== undefined) {
    const names = `"${labels.name}" and "${second.name}"`;
    return {
      reasons: [`${names} could both be the class ids: leave what is none out of the graph's outputs`],
    };
  }
  return {
    head: { detections: detections.name, labels: labels.name },
    classes: undefined,
    evidence: [
      `boxes with scores in "${detections.name}", class ids in "${labels.name}"`,
      suppresses(description) ? 'suppression inside the graph' : 'suppressed, as it seems',
    ],
  };
}

/** Scores may have an output of their own beside them, which noise may leave all 0: only class ids are whole and leave 0..1. */
function likeliestClassIds(outputs: Probe['outputs']): Probe['outputs'] {
  const whole = outputs.filter(({ data }) => data.every(Number.isInteger));
  const beyondScores = whole.filter(({ data }) => data.some(value => value < 0 || value > 1));
  return beyondScores.length > 0 ? beyondScores : whole;
}

/** Scores and boxes in a tensor each, both (points, channels) or both (channels, points). */
function recogniseApart(probe: Probe, wishes: Wishes): Recognition {
  const reasons: string[] = [];
  for (const layout of ['points-first', 'channels-first'] as const) {
    const views = probe.outputs.map(output => viewOutput(output, layout)).filter(view => view !== undefined);
    const pairs: { boxes: OutputView; scores: OutputView; form: 'xyxy' | 'cxcywh' }[] = [];
    for (const boxes of views.filter(view => view.channels === 4 && view.points > 4)) {
      const scores = likeliestScores(views, boxes, wishes);
      if (scores === undefined) continue;
      const form = boxForm(boxes, 0, probe);
      if (typeof form === 'string') pairs.push({ boxes, scores, form });
      else reasons.push(form.reason);
    }
    const [pair, second] = pairs;
    if (pair === undefined) continue;
    const { boxes, scores, form } = pair;
    if (second !== undefined) {
      const names = `"${boxes.name}" and "${second.boxes.name}"`;
      return { reasons: [`${names} could both be the boxes: leave one of them out of the graph's outputs`] };
    }
    const probability = inUnitRange(rangeOf(scores));
    const head: GridHead = {
      scores: probability ? 'probability' : 'logit',
      boxes: form,
      layout,
      outputs: [{ scores: scores.name, boxes: boxes.name }],
    };
    return { head, classes: scores.channels, evidence: evidence(scores.channels, form, probability, layout) };
  }
  if (reasons.length > 0) return { reasons };
  return { reasons: ['it has no pair of outputs, boxes with 4 channels and scores'] };
}

/** Some graphs give more beside them: the best score of each point, its class id, other boxes. */
function likeliestScores(views: readonly OutputView[], boxes: OutputView, wishes: Wishes): OutputView | undefined {
  const rank = (view: OutputView) => (inUnitRange(rangeOf(view)) ? 1e6 : 0) + view.channels;
  return views
    .filter(view => view !== boxes && view.points === boxes.points)
    .filter(view => view.channels === (wishes.classes ?? view.channels))
    .sort((a, b) => rank(b) - rank(a))[0];
}

/** One tensor of 4 + classes channels. */
export function recogniseFused(probe: Probe, wishes: Wishes): Recognition {
  const reasons: string[] = [];
  for (const layout of ['channels-first', 'points-first'] as const) {
    for (const output of probe.outputs) {
      const view = viewOutput(output, layout);
      // A pyramid has hundreds of points; a tensor the other way round has fewer points than channels.
      if (view === undefined || view.channels < 5 || view.points <= view.channels) continue;
      const result = fromFused(view, layout, probe, wishes);
      if (result === undefined) continue;
      if ('head' in result) return result;
      reasons.push(...result.reasons);
    }
  }
  return { reasons: reasons.length > 0 ? reasons : ['it has no output of 4 coordinates in pixels and probabilities'] };
}

function fromFused(
  view: OutputView,
  layout: 'channels-first' | 'points-first',
  probe: Probe,
  wishes: Wishes,
): Recognition | undefined {
  const classes = view.channels - 4;
  const boxesFirst = inUnitRange(rangeOf(view, 4, classes)) && !inUnitRange(rangeOf(view, 0, 4));
  const scoresFirst = inUnitRange(rangeOf(view, 0, classes)) && !inUnitRange(rangeOf(view, classes, 4));
  const shape = `"${view.name}" with ${view.channels} channels`;
  if (boxesFirst === scoresFirst) {
    const scores = scoresBehindBoxes(view);
    if (scores === 0 || scores === classes) return undefined;
    const more = `${shape} has boxes, ${scores} of scores and ${classes - scores} of something else`;
    return { reasons: [`${more} (masks, keypoints or angles): only detectors are served`] };
  }
  if (wishes.classes !== undefined && classes !== wishes.classes) {
    return { reasons: [`${shape} is 4 + ${classes} classes, not ${wishes.classes}`] };
  }
  const form = boxForm(view, boxesFirst ? 0 : classes, probe);
  if (typeof form !== 'string') return { reasons: [form.reason] };
  const order = boxesFirst ? 'boxes-first' : 'scores-first';
  const head: GridHead = { scores: 'probability', boxes: form, layout, order, outputs: [{ fused: view.name }] };
  return { head, classes, evidence: [...evidence(classes, form, true, layout), order] };
}

/** How many channels behind four of boxes are probabilities, where more follow that are none. */
function scoresBehindBoxes(view: OutputView): number {
  if (inUnitRange(rangeOf(view, 0, 4))) return 0;
  let scores = 0;
  while (4 + scores < view.channels && inUnitRange(rangeOf(view, 4 + scores, 1))) scores++;
  return scores;
}

function evidence(classes: number, form: string, probability: boolean, layout: string): string[] {
  return [
    `decoded boxes (${form})`,
    `${classes} ${classes === 1 ? 'class' : 'classes'}`,
    probability ? 'scores are probabilities' : 'scores are logits',
    layout,
  ];
}
