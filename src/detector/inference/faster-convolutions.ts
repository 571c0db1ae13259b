import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SizedConvolution } from '../../onnx/winograd/fastest-ways.ts';
import type { Convolution3x3 } from '../../onnx/winograd/join-tiles.ts';
import { channelBlock, cpuKind } from './cpu-kind.ts';
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

/** What a run takes is measured so many times, and no longer than that: networks are run for tens of milliseconds, or for seconds. */
const ROUNDS = 5;
const MEASURED_MS = 1500;

/**
 * Says 3x3 convolutions of an optimised graph by Winograd's F(4, 3), see `onnx/winograd`, and keeps that in its place if it passes a check and
 * a run is measured to take less time. Whatever goes wrong, the files stay what they were.
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
    for (const byTiles of [true, false]) {
      if (!(await writeFaster(files, faster, input, byTiles))) return false;
      if (!(await check(faster.folder))) continue;
      if (!(await isFaster(faster, files, input.trial))) return false;
      for (const name of [files.weights, files.graph]) {
        await rename(path.join(faster.folder, name), path.join(files.folder, name));
      }
      return true;
    }
    return false;
  } catch {
    return false;
  } finally {
    await rm(faster.folder, { recursive: true, force: true });
  }
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
  const convolutions = await withSizes(from, winograd.winogradConvolutions(model.graph, block), input);
  const ways = fastestWays(convolutions, block, byTiles);
  const count = winograd.useWinograd(model.graph, block, ({ output }) => ways.get(output));
  if (count === 0) return false;
  const pieces = splitWeights(model, to.weights);
  await writeFile(path.join(to.folder, to.weights), pieces);
  await writeFile(path.join(to.folder, to.graph), encodeModel(model));
  return true;
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
  await writeFile(asking, encodeModel(model));
  try {
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
    await rm(asking);
  }
}

async function isFaster(a: GraphFiles, b: GraphFiles, input: Input): Promise<boolean> {
  const open = ({ folder, graph }: GraphFiles) =>
    openSession({ path: path.join(folder, graph) }, { provider: 'cpu', threads: 1 });
  const sessions = [await open(a), await open(b)];
  try {
    const [ofA, ofB] = await leastTimes(sessions, input);
    return ofA! < ofB!;
  } finally {
    for (const session of sessions) await session.close();
  }
}

/** Of a run, in turns: whatever happens to the machine happens to all of them. */
async function leastTimes(sessions: readonly Session[], input: Input): Promise<number[]> {
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
