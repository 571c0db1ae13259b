import { channelBlock, cpuKind } from './cpu-kind.ts';
import { largestDifference, saySomething, TOLERANCE } from './same-outputs.ts';
import { openSession, type Session } from './session.ts';

/**
 * The graph in words that this kind of CPU computes faster, see `rewriteGraph`: NanoDet-Plus takes an eighth less time, PicoDet a
 * quarter. Undefined where there is nothing to say otherwise, or a run does not give what a run of the graph itself gives.
 */
export async function rewrittenGraph(
  graph: Uint8Array,
  trial: (session: Session) => ReturnType<Session['run']>,
): Promise<Uint8Array | undefined> {
  const block = channelBlock(await cpuKind());
  if (block === undefined) return undefined;
  const [{ parseModel }, { encodeModel }, { rewriteGraph }] = await Promise.all([
    import('../../onnx/parse-model.ts'),
    import('../../onnx/model.ts'),
    import('../../onnx/rewrite/rewrite-graph.ts'),
  ]);
  const model = parseModel(graph);
  const outputsOf = async (bytes: Uint8Array) => {
    const session = await openSession(bytes, { provider: 'cpu', threads: 1 });
    return trial(session).finally(() => session.close());
  };
  try {
    if (!rewriteGraph(model.graph, block)) return undefined;
    const rewritten = encodeModel(model);
    const [expected, found] = [await outputsOf(graph), await outputsOf(rewritten)];
    return saySomething(expected) && largestDifference(expected, found) <= TOLERANCE ? rewritten : undefined;
  } catch {
    // Graphs come from anywhere. What is wrong with this one itself is said where it is opened.
    return undefined;
  }
}
