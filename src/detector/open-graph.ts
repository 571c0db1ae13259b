import { type ChoiceOf, findOptimised, forgetOptimised, makeOptimised } from './inference/optimised-graph.ts';
import { cudaProviderPresent, type Graph, openSession, type Session } from './inference/session.ts';
import { bindOutputs, shapesOf } from './model/bind-outputs.ts';
import type { InputSpec } from './model/input-schema.ts';
import { loadGraph } from './model/load-graph.ts';
import { isGridManifest, type LoadedManifest } from './model/manifest.ts';
import type { ProviderChoice } from './types.ts';

export interface OpenedGraph {
  session: Session;
  /** For further sessions. */
  graph: Graph;
  /** It is an optimised form that was there before, and not made now. */
  isFound: boolean;
  /** What went wrong in making its optimised form. */
  note: string | undefined;
  /** Its optimised form was asked for and cannot be kept: making it again would be in vain. */
  cannotKeep: boolean;
}

export interface OpenGraphOptions {
  provider: ProviderChoice;
  threads: number;
  cacheDir: string | undefined;
  /** A graph with this sha256 was parsed by another process before. */
  checkedBefore: boolean;
  /** Why the optimised form that is there is no use: it is made anew. */
  misfit?: string | undefined;
}

/**
 * A session of a model's graph; on the CPU from its optimised form, where `cacheDir` is given, which is made if it is not there yet.
 * Throws what `loadGraph` and `openSession` throw: nothing that is wrong with the folder keeps a model from being served.
 */
export async function openGraph(model: LoadedManifest, options: OpenGraphOptions): Promise<OpenedGraph> {
  const { provider, threads, cacheDir, checkedBefore, misfit } = options;
  const { tensor, width, height, dynamic } = model.manifest.input;
  const { sha256: graphSha256 } = model.manifest.graph;
  const trial = trialSize(model.manifest.input);
  const use = {
    graphSha256,
    input: { tensor, width, height },
    trial,
    batches: dynamic?.batch === true,
    choice: choiceOf(model, trial),
  };
  let whyNotCuda: string | undefined;
  const open = async (graph: Graph, note?: string, cannotKeep = false) => {
    const session =
      whyNotCuda === undefined
        ? await openSession(graph, { provider, threads })
        : { ...(await openSession(graph, { provider: 'cpu', threads })), providerNote: whyNotCuda };
    return { session, graph, isFound: false, note, cannotKeep };
  };
  if (cacheDir === undefined || provider === 'cuda') return open(await loadGraph(model, checkedBefore));
  if (provider === 'auto' && cudaProviderPresent()) {
    const opened = await open(await loadGraph(model, checkedBefore));
    whyNotCuda = opened.session.providerNote;
    if (whyNotCuda === undefined) return opened;
    await opened.session.close();
  }

  const found = misfit === undefined ? await findOptimised(cacheDir, use) : undefined;
  if (found !== undefined) {
    // Made of a graph that was parsed; that the file still is this graph is seen to once.
    if (!checkedBefore) await loadGraph(model, true);
    const opened = await open(found).catch(() => undefined);
    if (opened !== undefined) return { ...opened, isFound: true };
  }
  const graph = await loadGraph(model, checkedBefore);
  const anew = misfit && `the optimised graph in ${cacheDir} was made anew: ${misfit}`;
  try {
    if (found !== undefined || misfit !== undefined) await forgetOptimised(cacheDir, use);
    const made = await makeOptimised(cacheDir, use, graph);
    if (made !== undefined) return await open(made.graph, made.note ?? anew);
  } catch (error) {
    return open(graph, `the optimised graph is not kept in ${cacheDir}: ${(error as Error).message.trim()}`, true);
  }
  return open(graph);
}

/** Comparing runs takes a dozen of them, and a GFL with ResNet-50 takes seconds for one at its full size. */
const MOST_TRIAL_PIXELS = 416 * 416;

/** The input's size, or where the graph takes any size, one of about its shape with no more pixels than that. */
function trialSize({ width, height, dynamic }: InputSpec): { width: number; height: number } {
  const scale = Math.sqrt(MOST_TRIAL_PIXELS / (width * height));
  if (dynamic?.spatial !== true || scale >= 1) return { width, height };
  const multiple = dynamic.multipleOf ?? 1;
  const step = multiple * Math.ceil(32 / multiple);
  const side = (of: number) => Math.max(1, Math.floor((of * scale) / step)) * step;
  return { width: side(width), height: side(height) };
}

/** Which outputs hold scores and boxes by points. */
function choiceOf(
  { manifest, labels }: LoadedManifest,
  trial: { width: number; height: number },
): ChoiceOf | undefined {
  if (!isGridManifest(manifest)) return undefined;
  const { head, input } = manifest;
  return {
    facts: [head, labels.length],
    find(outputs) {
      const bound = bindOutputs(head, labels.length, { ...input, ...trial }, shapesOf(outputs));
      if ('mistakes' in bound) return undefined; // openHead says it
      return { pairs: bound.outputs, layout: head.layout ?? 'points-first', classes: labels.length };
    },
  };
}
