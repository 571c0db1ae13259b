import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SizedConvolution } from '../../onnx/winograd/fastest-ways.ts';
import type { Convolution3x3 } from '../../onnx/winograd/join-tiles.ts';
import { channelBlock, cpuKind } from './cpu-kind.ts';
import { forgetGarbage } from './forget-garbage.ts';
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
}

/** A dozen runs are made, and an engine has two minutes to start. A graph of a fixed, large size may take longer for one. */
const SLOWEST_RUN_MS = 3000;
/** What a run takes is measured so many times, after one to warm up, and no longer than that. */
const ROUNDS = 4;
const MEASURED_MS = 6000;
/** It has to be so much faster: weights take more room, and it loads more slowly. */
const WORTH = 0.97;

/**
 * Rewrites 3x3 convolutions of an optimised graph with Winograd's F(4, 3), see `onnx/winograd`, and keeps that in its place if it passes a check and
 * a run is measured to take less time. Whatever goes wrong in making it, the files stay what they were. Rejects when the folder cannot be written.
 *
 * @param check of a session of the new graph, beside the answers
 * @returns whether they were replaced
 */
export async function useFasterConvolutions(
  files: GraphFiles,
  input: TrialInput,
  check: (folder: string) => Promise<boolean>,
): Promise<boolean> {
  const faster = { ...files, folder: path.join(files.folder, 'faster') };
  try {
    await mkdir(faster.folder);
    if (!(await makeFaster(files, faster, input, check).catch(() => false))) return false;
    for (const name of [files.weights, files.graph]) {
      await rename(path.join(faster.folder, name), path.join(files.folder, name));
    }
    return true;
  } finally {
    await rm(faster.folder, { recursive: true, force: true });
  }
}

async function makeFaster(
  files: GraphFiles,
  faster: GraphFiles,
  input: TrialInput,
  check: (folder: string) => Promise<boolean>,
): Promise<boolean> {
  for (const byTiles of [true, false]) {
    if (!(await writeFaster(files, faster, input, byTiles))) return false;
    forgetGarbage();
    if (await check(faster.folder)) return isFaster(faster, files, input.trial);
  }
  return false;
}

async function writeFaster(from: GraphFiles, to: GraphFiles, input: TrialInput, byTiles: boolean): Promise<boolean> {
  const block = channelBlock(await cpuKind());
  if (block === undefined) return false;
  const [{ parseModel }, { encodeModel }, { selfContained }, { splitWeights }, winograd, { fastestWays }] =
    await Promise.all([
      import('../../onnx/parse-model.ts'),
      import('../../onnx/model.ts'),
      import('../../onnx/self-contained.ts'),
      import('../../onnx/split-weights.ts'),
      import('../../onnx/winograd/use-winograd.ts'),
      import('../../onnx/winograd/fastest-ways.ts'),
    ]);
  const model = parseModel(await readFile(path.join(from.folder, from.graph)));
  const weights = await readFile(path.join(from.folder, from.weights));
  await selfContained(model, async (_location, offset, length) => weights.subarray(offset, offset + length!));
  const convolutions = winograd.winogradConvolutions(model.graph, block);
  const sized = convolutions.length === 0 ? undefined : await withSizes(from, convolutions, input);
  const ways = sized && fastestWays(sized, block, byTiles);
  if (ways === undefined || ways.size === 0) return false;
  winograd.useWinograd(model.graph, block, convolutions, ({ output }) => ways.get(output));
  const pieces = splitWeights(model, to.weights);
  await writeFile(path.join(to.folder, to.weights), pieces);
  await writeFile(path.join(to.folder, to.graph), encodeModel(model));
  return true;
}

/** Convolutions, and how large their outputs are when pictures are served. Undefined where a run takes too long to try anything. */
async function withSizes(
  { folder, graph }: GraphFiles,
  convolutions: readonly Convolution3x3[],
  { trial, served }: TrialInput,
): Promise<SizedConvolution[] | undefined> {
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
    const start = performance.now();
    const outputs = await runOnNoise(session, trial).finally(() => session.close());
    if (performance.now() - start > SLOWEST_RUN_MS) return undefined;
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

async function isFaster(a: GraphFiles, b: GraphFiles, trial: Input): Promise<boolean> {
  const sessions: Session[] = [];
  try {
    for (const { folder, graph } of [a, b]) {
      sessions.push(await openSession({ path: path.join(folder, graph) }, { provider: 'cpu', threads: 1 }));
    }
    const [ofA, ofB] = await leastTimes(sessions, trial);
    return ofA! < WORTH * ofB!;
  } finally {
    for (const session of sessions) await session.close();
  }
}

/** Of a run, in turns: whatever happens to the machine happens to all of them. */
async function leastTimes(sessions: readonly Session[], input: Input): Promise<number[]> {
  for (const session of sessions) await runOnNoise(session, input);
  const least = sessions.map(() => Infinity);
  const start = performance.now();
  for (let round = 0; round < ROUNDS && (round < 1 || performance.now() - start < MEASURED_MS); round++) {
    for (const [index, session] of sessions.entries()) {
      const before = performance.now();
      await runOnNoise(session, input);
      least[index] = Math.min(least[index]!, performance.now() - before);
    }
  }
  return least;
}
