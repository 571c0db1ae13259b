import { DetectorError } from './errors.ts';
import { FAMILY_NAMES, type FamilyName } from './families/families.ts';
import type { ProbedGraph, Wishes } from './families/family.ts';
import { type FamilyFit, recognise } from './families/recognise.ts';
import { ultralyticsMetadata } from './families/ultralytics-metadata.ts';
import type { Size } from './image/placement.ts';
import { openSession } from './inference/session.ts';
import type { GraphDescription } from './model/describe-graph.ts';
import { declaredSize, type Probe, pictureInput, probeGraph } from './model/probe-graph.ts';
import { type GraphFile, readGraph } from './model/read-graph.ts';

export interface GraphInspection {
  file: GraphFile;
  graph: ProbedGraph;
  /** Network size, pixels, and who names it; undefined where nobody does and usual ones were tried. */
  size: { width: number; height: number; from: 'graph' | 'user' | 'metadata' } | undefined;
  families: Record<FamilyName, FamilyFit | { reasons: string[] }>;
}

/**
 * Reads an ONNX file from anywhere, runs it on noise, and says which families have such a head and why the others have not.
 * Throws `DetectorError` `invalid_graph` for a file that is no graph, is not safe to read, or does not run.
 */
export async function inspectGraph(
  path: string,
  wishes: Wishes & { size?: { width: number; height: number } },
): Promise<GraphInspection> {
  const file = await readGraph(path);
  const session = await openSession(file.graph, { provider: 'cpu', threads: 1 }).catch((cause: Error) => {
    throw new DetectorError('invalid_graph', `${path}: ${cause.message}`, { cause });
  });
  let probes: Probe[];
  let size: GraphInspection['size'];
  try {
    size = sizeOf(file.description, wishes.size);
    const wanted = size?.from === 'metadata' ? size : wishes.size;
    probes = await probeGraph(session, file.description.inputs, wanted);
  } catch (cause) {
    throw new DetectorError('invalid_graph', `${path} cannot be tried: ${(cause as Error).message}.`, { cause });
  } finally {
    await session.close();
  }
  const graph = { description: file.description, probes };
  const families = Object.fromEntries(FAMILY_NAMES.map(name => [name, recognise(name, graph, wishes)]));
  return { file, graph, size, families: families as GraphInspection['families'] };
}

/** Metadata is not asked where the graph itself is of one size: it is about the training then. */
function sizeOf({ inputs, metadata }: GraphDescription, wished: Size | undefined): GraphInspection['size'] {
  const declared = declaredSize(pictureInput(inputs));
  if (declared !== undefined) return { ...declared, from: 'graph' };
  if (wished !== undefined) return { ...wished, from: 'user' };
  const { size } = ultralyticsMetadata(metadata);
  return size === undefined ? undefined : { ...size, from: 'metadata' };
}
