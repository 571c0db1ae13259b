import { FAMILIES, type FamilyName } from './families.ts';
import type { ProbedGraph, Recognised, Wishes } from './family.ts';
import { ultralyticsMetadata } from './ultralytics-metadata.ts';

export interface FamilyFit extends Recognised {
  /** Whether the graph was seen to give the same head at two sizes. */
  anySize: boolean;
}

/** Whether a graph has this family's head, at every size it was tried with. */
export function recognise(name: FamilyName, graph: ProbedGraph, wishes: Wishes): FamilyFit | { reasons: string[] } {
  const { task } = ultralyticsMetadata(graph.description.metadata);
  if (task !== undefined && !/detect/i.test(task)) {
    return { reasons: [`its metadata says that its task is "${task}", and only detectors are served`] };
  }
  const [first, second] = graph.probes;
  const found = FAMILIES[name].recognise(graph, first!, wishes);
  if (!('head' in found)) return found;
  if (second === undefined) return { ...found, anySize: false };
  const again = FAMILIES[name].recognise(graph, second, wishes);
  return { ...found, anySize: 'head' in again && JSON.stringify(again.head) === JSON.stringify(found.head) };
}
