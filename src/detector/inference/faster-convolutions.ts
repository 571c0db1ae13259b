import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SizedConvolution } from '../../onnx/winograd/fastest-ways.ts';
import type { Convolution3x3 } from '../../onnx/winograd/join-tiles.ts';
import { channelBlock, convolutionCosts, cpuKind } from './cpu-kind.ts';
import { forgetGarbage } from './forget-garbage.ts';
import { leastCpu } from './least-cpu.ts';
import { runOnNoise } from './run-on-noise.ts';
import { openSession, type Session } from './session.ts';

/** The files of an optimised graph. */
export interface GraphFiles {
  folder: string;
  graph: string;
  weights: string;
}

type Input = Parameters<typeof runOnNoise>[1];

export interface TrialInput {
  /** What runs are compared on. */
  trial: Input;
  /** What the graph is for. */
  served: { width: number; height: number };
  /** Pictures in the largest run of a check. */
  batch: number;
}

/**
 * Of the 3x3 convolutions in one run, estimated. A dozen runs are made, and an engine has two minutes to start; a graph of a fixed, large size may
 * take longer for one picture.
 */
const SLOWEST_RUN_MS = 2000;
/** What a run takes is measured so many times, after one to warm up, and no longer than that. */
const ROUNDS = 4;
const MEASURED_MS = 6000;
/**
 * The estimate decides, which is the same whenever it is made: a picture's answer must not change with a restart, a new pod or the work beside. What is
 * measured only finds a CPU for which the estimate is far from true, and is CPU time, of which the work beside takes little away.
 */
const FAR_FROM_TRUE = 1.15;

/**
 * Writes an optimised graph again, to another folder, with 3x3 convolutions by Winograd's F(4, 3), see `onnx/winograd`. Rejects when the folder cannot be
 * written, and with whatever else goes wrong.
 *
 * @param check of a session of the new graph
 * @returns whether there is one that passed the check and should take less time
 */
export async function makeFasterConvolutions(
  files: GraphFiles,
  folder: string,
  input: TrialInput,
  check: () => Promise<boolean>,
): Promise<boolean> {
  const faster = { ...files, folder };
  for (const byTiles of [true, false]) {
    const written = await writeFaster(files, faster, input, byTiles);
    if (written === undefined) return false;
    forgetGarbage();
    if (await check()) return isNoSlower(faster, files, input.trial);
    if (!written.hasTiles) return false;
  }
  return false;
}

/** Undefined where nothing is won. */
async function writeFaster(
  from: GraphFiles,
  to: GraphFiles,
  input: TrialInput,
  byTiles: boolean,
): Promise<{ hasTiles: boolean } | undefined> {
  const kind = await cpuKind();
  const block = channelBlock(kind);
  const costs = await convolutionCosts(kind);
  if (block === undefined || costs === undefined) return undefined;
  const [
    { parseModel },
    { encodeModel },
    { opsetOf },
    { selfContained },
    { splitWeights },
    winograd,
    { fastestWays, plainMs },
    tiles,
  ] = await Promise.all([
    import('../../onnx/parse-model.ts'),
    import('../../onnx/model.ts'),
    import('../../onnx/opset-of.ts'),
    import('../../onnx/self-contained.ts'),
    import('../../onnx/split-weights.ts'),
    import('../../onnx/winograd/use-winograd.ts'),
    import('../../onnx/winograd/fastest-ways.ts'),
    import('../../onnx/winograd/convolve-by-tiles.ts'),
  ]);
  const model = parseModel(await readFile(path.join(from.folder, from.graph)));
  if ((opsetOf(model) ?? 0) < winograd.OLDEST_OPSET) return undefined;
  const weights = await readFile(path.join(from.folder, from.weights));
  await selfContained(model, async (_location, offset, length) => weights.subarray(offset, offset + length!));
  const convolutions = winograd.winogradConvolutions(model.graph, block);
  if (convolutions.length === 0) return undefined;
  const sized = await withSizes(from, convolutions, input);
  const { trial, served, batch } = input;
  const triedOfServed = (batch * trial.width * trial.height) / (served.width * served.height);
  if (triedOfServed * plainMs(sized, costs) > SLOWEST_RUN_MS) return undefined;
  const ways = fastestWays(sized, costs, byTiles);
  if (ways.size === 0) return undefined;
  winograd.useWinograd(model.graph, block, convolutions, ({ output }) => ways.get(output));
  const pieces = splitWeights(model, to.weights);
  await writeFile(path.join(to.folder, to.weights), pieces);
  await writeFile(path.join(to.folder, to.graph), encodeModel(model));
  return { hasTiles: [...ways.values()].includes(tiles.convolveByTiles) };
}

/** Convolutions, and how large their outputs are when pictures are served. */
async function withSizes(
  { folder, graph }: GraphFiles,
  convolutions: readonly Convolution3x3[],
  { trial, served }: TrialInput,
): Promise<SizedConvolution[]> {
  const [{ parseModel }, { encodeModel }, { askShapes }] = await Promise.all([
    import('../../onnx/parse-model.ts'),
    import('../../onnx/model.ts'),
    import('../../onnx/ask-shapes.ts'),
  ]);
  const model = parseModel(await readFile(path.join(folder, graph)));
  const shapes = askShapes(
    model.graph,
    convolutions.map(({ output }) => output),
  );
  const asking = path.join(folder, 'asking.onnx');
  try {
    await writeFile(asking, encodeModel(model));
    const session = await openSession({ path: asking }, { provider: 'cpu', threads: 1 });
    const outputs = await runOnNoise(session, trial).finally(() => session.close());
    return convolutions.map((conv, index) => {
      const [, , height, width] = outputs[shapes[index]!]!.data;
      return {
        conv,
        height: Math.ceil((height! * served.height) / trial.height),
        width: Math.ceil((width! * served.width) / trial.width),
      };
    });
  } finally {
    await rm(asking, { force: true });
  }
}

async function isNoSlower(a: GraphFiles, b: GraphFiles, trial: Input): Promise<boolean> {
  const sessions: Session[] = [];
  try {
    for (const { folder, graph } of [a, b]) {
      sessions.push(await openSession({ path: path.join(folder, graph) }, { provider: 'cpu', threads: 1 }));
    }
    const runs = sessions.map(session => () => runOnNoise(session, trial));
    for (const run of runs) await run(); // to warm up
    const [ofA, ofB] = await leastCpu(runs, { most: ROUNDS, ms: MEASURED_MS });
    return ofA! <= FAR_FROM_TRUE * ofB!; // both may be 0 where CPU time is counted in ticks
  } finally {
    for (const session of sessions) await session.close();
  }
}
