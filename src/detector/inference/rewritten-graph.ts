import { channelBlock, cpuKind } from './cpu-kind.ts';
import { largestDifference } from './same-outputs.ts';
import { openSession, type Session } from './session.ts';

/** Of the largest value of an output: sums are taken in another order. At most 8e-6 was seen. */
const TOLERANCE = 2e-5;

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
  if (!rewriteGraph(model.graph, block)) return undefined;
  const rewritten = encodeModel(model);
  const outputsOf = async (bytes: Uint8Array) => {
    const session = await openSession(bytes, { provider: 'cpu', threads: 1 });
    return trial(session).finally(() => session.close());
  };
  const expected = await outputsOf(graph);
  const found = await outputsOf(rewritten).catch(() => undefined);
  return found !== undefined && largestDifference(expected, found) <= TOLERANCE ? rewritten : undefined;
}
