import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { CANDIDATES, readCandidateName } from '../../onnx/rewrite/candidate-names.ts';
import { DetectorError } from '../errors.ts';
import type { Provider, ProviderChoice } from '../types.ts';
import { type KeptOutputs, keptOf, type OutputTensor } from './kept-outputs.ts';
import { loadRefusal } from './load-refusal.ts';
import { logitBelow } from './logit-below.ts';

export type { KeptOutputs, OutputTensor } from './kept-outputs.ts';

/** An ONNX graph that `saveOptimised` has written. */
export interface OptimisedGraph {
  readonly path: string;
}

/** The bytes of a graph, or one that was optimised before. */
export type Graph = Uint8Array | OptimisedGraph;

/** An input or output of a graph; a dimension is a number, or its symbolic name. */
export interface TensorInfo {
  name: string;
  type: string;
  dims: readonly (number | string)[];
}

export interface Session {
  readonly provider: Provider;
  /** Why the provider is not CUDA although `auto` was asked for. */
  readonly providerNote: string | undefined;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * Runs the graph on one float32 input. Blocks the thread inside ONNX Runtime.
   *
   * @param into where to put the outputs that are wanted, all float32; without it every output is given, in memory of its own
   */
  run(
    input: string,
    data: Float32Array,
    dims: readonly number[],
    into?: Readonly<Record<string, OutputTensor>>,
  ): Promise<Record<string, OutputTensor>>;
  /**
   * Runs the graph and gives only the points whose best class reaches `floor`, in the graph's own unit. Undefined where the graph
   * was not made for it (`addCandidates`).
   */
  readonly runAbove:
    | ((input: string, data: Float32Array, dims: readonly number[], floor: number) => Promise<KeptOutputs>)
    | undefined;
  /** Gives the memory back. Closing again does nothing; runs afterwards reject. */
  close(): Promise<void>;
}

export interface SessionOptions {
  provider: ProviderChoice;
  /** Intra-op threads. */
  threads: number;
}

/**
 * Loads an ONNX graph; an optimised one is for the CPU.
 * Throws `DetectorError`: `invalid_graph` when ONNX Runtime does not take it, `provider_unavailable` when CUDA was asked for
 * by name and the graph loads only without it.
 */
export async function openSession(graph: Graph, { provider, threads }: SessionOptions): Promise<Session> {
  if (provider === 'cpu') return wrap(await openOnCpu(graph, threads), 'cpu', undefined);
  let cause: Error;
  try {
    return wrap(await openWith(['cuda', 'cpu'], graph, threads), 'cuda', undefined);
  } catch (error) {
    cause = error as Error;
  }
  // A graph that is no graph fails with every provider; one that is for CUDA alone says why CUDA failed, too.
  const session = await openOnCpu(graph, threads).catch((error: DetectorError) => {
    if (!cudaProviderPresent()) throw error;
    throw new DetectorError(error.code, `${error.message} With CUDA: ${cause.message}`, { cause });
  });
  // ONNX Runtime tells the name of the library that is missing nowhere else.
  const where = /shared library/.test(cause.message)
    ? ' (what it wrote to standard error, in the log "engine output", names the one that is missing)'
    : '';
  const reason = cudaProviderPresent()
    ? `the CUDA provider of ONNX Runtime did not load: ${cause.message}${where}`
    : 'the CUDA provider of ONNX Runtime is not installed (the cuda image has it)';
  if (provider === 'auto') return wrap(session, 'cpu', `CUDA not used: ${reason}`);
  await session.release();
  throw new DetectorError('provider_unavailable', `PROVIDER=cuda cannot be had: ${reason}.`, { cause });
}

async function openOnCpu(graph: Graph, threads: number): Promise<InferenceSession> {
  try {
    return await openWith(['cpu'], graph, threads);
  } catch (cause) {
    const reason = loadRefusal((cause as Error).message);
    throw new DetectorError('invalid_graph', `ONNX Runtime cannot load the graph: ${reason}.`, { cause });
  }
}

/**
 * Loads the library with its first session: a process that only reads manifests stays 40 MB smaller without it. The Linux
 * build sends telemetry unless the variable is set before (#27379); the service also sets it for every engine it starts.
 */
async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  return import('onnxruntime-node');
}

async function openWith(executionProviders: string[], graph: Graph, threads: number): Promise<InferenceSession> {
  if (executionProviders[0] === 'cuda' && !cudaProviderPresent()) {
    throw new Error('libonnxruntime_providers_cuda.so is missing');
  }
  const { InferenceSession } = await loadRuntime();
  const options = { ...settings(threads), executionProviders };
  return graph instanceof Uint8Array
    ? InferenceSession.create(graph, options)
    : InferenceSession.create(graph.path, { ...options, graphOptimizationLevel: 'disabled' });
}

function settings(threads: number) {
  return {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Engines share the CPUs: a thread that spins while it waits takes time from one that works.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  } as const;
}

/**
 * Loads a graph for the CPU, one thread, and writes what ONNX Runtime made of it: the nodes to `graphPath`, weights of 1 kB and more to
 * `weightsName` beside it.
 */
export async function saveOptimised(graph: Uint8Array, graphPath: string, weightsName: string): Promise<Session> {
  const { InferenceSession } = await loadRuntime();
  const { extra, ...common } = settings(1);
  const session = await InferenceSession.create(graph, {
    ...common,
    executionProviders: ['cpu'],
    optimizedModelFilePath: graphPath,
    extra: {
      session: {
        ...extra.session,
        optimized_model_external_initializers_file_name: weightsName,
        optimized_model_external_initializers_min_size_in_bytes: '1024',
      },
    },
  });
  return wrap(session, 'cpu', undefined);
}

/** Of ONNX Runtime, as in 1.29.0. */
export async function runtimeVersion(): Promise<string> {
  const { env } = await loadRuntime();
  return env.versions.node ?? env.versions.common;
}

/** The npm package ships without it; asking ONNX Runtime for it all the same fills stderr. */
export function cudaProviderPresent(): boolean {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const binaries = path.join(path.dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
  return existsSync(path.join(binaries, 'libonnxruntime_providers_cuda.so'));
}

function wrap(session: InferenceSession, provider: Provider, providerNote: string | undefined): Session {
  let released: Promise<void> | undefined;
  // A graph from elsewhere may have outputs of such names.
  const isChoosing = session.inputNames.includes(CANDIDATES.floor);
  const added = isChoosing ? session.outputNames.map(readCandidateName).filter(one => one !== undefined) : [];
  const addedOutputs = added.map(({ name }) => name);
  const addedNames = new Set(added.length > 0 ? [CANDIDATES.floor, CANDIDATES.logit, ...addedOutputs] : []);
  const choosesByLogit = added.length > 0 && session.inputNames.includes(CANDIDATES.logit);
  const isOwn = (name: string) => !addedNames.has(name);
  const ownOutputs = session.outputNames.filter(isOwn);

  async function feedsOf(input: string, data: Float32Array, dims: readonly number[], floor = Infinity) {
    if (released !== undefined) throw new Error('This detector is closed; create another.');
    const { Tensor } = await loadRuntime();
    const feeds: Record<string, Tensor> = { [input]: new Tensor('float32', data, dims) };
    const give = (name: string, value: number) => {
      feeds[name] = new Tensor('float32', Float32Array.of(value), []);
    };
    if (added.length > 0) give(CANDIDATES.floor, floor);
    if (choosesByLogit) give(CANDIDATES.logit, logitBelow(floor));
    return feeds;
  }

  return {
    provider,
    providerNote,
    inputs: session.inputMetadata.map(tensorInfo).filter(({ name }) => isOwn(name)),
    outputs: session.outputMetadata.map(tensorInfo).filter(({ name }) => isOwn(name)),
    async run(input, data, dims, into) {
      const feeds = await feedsOf(input, data, dims);
      if (into !== undefined) {
        const { Tensor } = await loadRuntime();
        const fetches = Object.entries(into).map(([name, output]) => [
          name,
          new Tensor('float32', output.data, output.dims),
        ]);
        await session.run(feeds, Object.fromEntries(fetches));
        return into;
      }
      const results = await session.run(feeds, ownOutputs);
      const outputs: Record<string, OutputTensor> = {};
      for (const [name, tensor] of Object.entries(results)) {
        outputs[name] = { data: asFloats(name, tensor), dims: tensor.dims };
      }
      return outputs;
    },
    runAbove:
      added.length === 0
        ? undefined
        : async (input, data, dims, floor) =>
            keptOf(await session.run(await feedsOf(input, data, dims, floor), addedOutputs), added),
    close() {
      released ??= session.release();
      return released;
    },
  };
}

/** Class ids come as integers; everything else the family gives is float32. */
function asFloats(name: string, { type, data }: Tensor): Float32Array {
  switch (type) {
    case 'float32':
      return data as Float32Array;
    case 'int32':
      return Float32Array.from(data as Int32Array);
    case 'int64':
      return Float32Array.from(data as BigInt64Array, Number);
    default:
      throw new Error(`output "${name}" is ${type}; float32, int32 or int64 is expected`);
  }
}

function tensorInfo(value: InferenceSession.ValueMetadata): TensorInfo {
  return value.isTensor
    ? { name: value.name, type: value.type, dims: value.shape }
    : { name: value.name, type: 'not a tensor', dims: [] };
}
