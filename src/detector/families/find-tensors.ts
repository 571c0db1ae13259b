import type { Layout } from '../gfl/split-outputs.ts';
import type { Probe } from '../model/probe-graph.ts';
import { type OutputView, viewOutput } from './output-view.ts';

/** Output tensors whose numbers of points are those of a feature pyramid. */
export interface HeadTensors {
  layout: Layout;
  strides: readonly number[];
  /** One entry a level, or one for all levels together; one tensor in it (fused) or two, always the same channels. */
  entries: { stride: number | undefined; views: OutputView[] }[];
}

/** Every way to read the outputs as a head with these strides. Nothing is assumed of names, order or channels. */
export function findTensors({ width, height, outputs }: Probe, strides: readonly number[]): HeadTensors[] {
  const cells = strides.map(stride => Math.ceil(width / stride) * Math.ceil(height / stride));
  const total = cells.reduce((sum, points) => sum + points, 0);
  return (['points-first', 'channels-first'] as const).flatMap(layout => {
    const views = outputs.map(output => viewOutput(output, layout)).filter(view => view !== undefined);
    const withPoints = (points: number) => views.filter(view => view.points === points);
    const apart = strides.map((stride, i) => ({ stride, views: withPoints(cells[i]!) }));
    const together = [{ stride: undefined, views: withPoints(total) }];
    return [apart, together].filter(alike).map(entries => ({ layout, strides, entries }));
  });
}

/** Whether every entry has the same number of tensors, one or two, of the same channels; sorts them so that they correspond. */
function alike(entries: HeadTensors['entries']): boolean {
  for (const { views } of entries) views.sort((a, b) => a.channels - b.channels);
  const shape = ({ views }: HeadTensors['entries'][number]) => views.map(view => view.channels).join();
  const [first] = entries;
  if (first === undefined || first.views.length < 1 || first.views.length > 2) return false;
  return entries.every(entry => shape(entry) === shape(first));
}
