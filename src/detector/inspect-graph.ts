import { DetectorError } from './errors.ts';
import { FAMILY_NAMES, type FamilyName } from './families/families.ts';
import type { ProbedGraph, Wishes } from './families/family.ts';
import { findOutputForm } from './families/output-form.ts';
import { ownNormalisation } from './families/own-normalisation.ts';
import { type FamilyFit, recognise } from './families/recognise.ts';
import { ultralyticsMetadata } from './families/ultralytics-metadata.ts';
import type { Size } from './image/placement.ts';
import { openSession } from './inference/session.ts';
import type { GraphDescription } from './model/describe-graph.ts';
import { declaredSize, type Probe, pictureInput, probeGraph } from './model/probe-graph.ts';
import { type GraphFile, readGraph } from './model/read-graph.ts';
import { reformGraph } from './model/reform-graph.ts';

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
  let file = await readGraph(path);
  let { size, probes } = await tryOut(path, file, wishes.size);
  const form = findOutputForm({ description: file.description, probes }, wishes);
  if (form !== undefined) {
    file = reformGraph(file, form);
    ({ size, probes } = await tryOut(path, file, wishes.size));
  }
  const normalisation = ownNormalisation(file);
  const graph: ProbedGraph = {
    description: file.description,
    probes,
    ...(form && { form }),
    ...(normalisation && { normalisation }),
  };
  const families = Object.fromEntries(FAMILY_NAMES.map(name => [name, recognise(name, graph, wishes)]));
  return { file, graph, size, families: families as GraphInspection['families'] };
}

async function tryOut(
  path: string,
  { graph, description }: GraphFile,
  wished: Size | undefined,
): Promise<{ size: GraphInspection['size']; probes: Probe[] }> {
  const session = await openSession(graph, { provider: 'cpu', threads: 1 }).catch((cause: Error) => {
    throw new DetectorError('invalid_graph', `${path}: ${cause.message}`, { cause });
  });
  try {
    const size = sizeOf(description, wished);
    return { size, probes: await probeGraph(session, description.inputs, size?.from === 'metadata' ? size : wished) };
  } catch (cause) {
    throw new DetectorError('invalid_graph', `${path} cannot be tried: ${(cause as Error).message}.`, { cause });
  } finally {
    await session.close();
  }
}

/** Metadata is not asked where the graph itself is of one size: it is about the training then. */
function sizeOf({ inputs, metadata }: GraphDescription, wished: Size | undefined): GraphInspection['size'] {
  const declared = declaredSize(pictureInput(inputs));
  if (declared !== undefined) return { ...declared, from: 'graph' };
  if (wished !== undefined) return { ...wished, from: 'user' };
  const { size } = ultralyticsMetadata(metadata);
  return size === undefined ? undefined : { ...size, from: 'metadata' };
}
