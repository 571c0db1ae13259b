import { DetectorError } from './errors.ts';
import { FAMILY_NAMES, type FamilyName } from './families/families.ts';
import type { ProbedGraph, Wishes } from './families/family.ts';
import { type FamilyFit, recognise } from './families/recognise.ts';
import { openSession } from './inference/session.ts';
import { type Probe, probeGraph } from './model/probe-graph.ts';
import { type GraphFile, readGraph } from './model/read-graph.ts';

export interface GraphInspection {
  file: GraphFile;
  graph: ProbedGraph;
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
  try {
    probes = await probeGraph(session, file.description.inputs, wishes.size);
  } catch (cause) {
    throw new DetectorError('invalid_graph', `${path} cannot be tried: ${(cause as Error).message}.`, { cause });
  } finally {
    await session.close();
  }
  const graph = { description: file.description, probes };
  const families = Object.fromEntries(FAMILY_NAMES.map(name => [name, recognise(name, graph, wishes)]));
  return { file, graph, families: families as GraphInspection['families'] };
}
