import type { GivenValues, Machine } from './config-variables.ts';

export const MEBI = 1024 * 1024;
export const MAX_BODY_BYTES = 20 * MEBI;

/** Each engine has a CUDA context of its own, of some hundred megabytes, and they take turns on the GPU. */
const MOST_CUDA_ENGINES = 4;
export const CUDA_BATCH = 8;

/** What the service's process takes, and an engine with the default model: docs/docker.md. */
const SERVICE_BYTES = 190 * MEBI;
const ENGINE_BYTES = 220 * MEBI;
/** The part of the memory that both together may take; the rest is for bodies and crowds of large photos. */
const ENGINES_SHARE = 0.7;
/** Descriptors that are kept from connections, which take one each: for libraries, the log and files that are sent. */
const OTHER_FILES = 256;
/** What it prints (two), its channel, its pictures and its progress. */
const FILES_OF_ENGINE = 5;
const MOST_CONNECTIONS = 4096;
const FEWEST_CONNECTIONS = 64;
/** One picture gains little by more threads. */
export const MOST_THREADS = 4;

/** Default of `ENGINES`, or what was given: as many as CPUs and memory have room for. */
export function engines(given: GivenValues, { cpus, memory }: Machine): number {
  const ofCpus = Math.floor(cpus / (given.threadsPerEngine ?? 1));
  const ofMemory = enginesThatFit(memory);
  const most = given.provider === 'cuda' ? MOST_CUDA_ENGINES : Infinity;
  return given.engines ?? Math.max(1, Math.min(ofCpus, ofMemory, most));
}

function enginesThatFit(memory: number): number {
  return Math.floor((ENGINES_SHARE * memory - SERVICE_BYTES) / ENGINE_BYTES);
}

/** A sentence for the log where memory (bytes) has no room for `count` engines; undefined where it has. */
export function memoryShortage(count: number, memory: number): string | undefined {
  if (count <= enginesThatFit(memory)) return undefined;
  const wanted = (count * ENGINE_BYTES + SERVICE_BYTES) / ENGINES_SHARE;
  const mebi = (bytes: number) => `${Math.ceil(bytes / MEBI)} MiB`;
  const engines = count === 1 ? 'One engine wants' : `${count} engines want`;
  return `${engines} ${mebi(wanted)} of memory, and there are ${mebi(memory)}: a crowd of large photos may be the end of one.`;
}

/** Default of `MAX_CONNECTIONS`: as many as the limit of open files leaves room for beside the engines, 64 to 4,096. */
export function connections(given: GivenValues, machine: Machine): number {
  const others = OTHER_FILES + FILES_OF_ENGINE * engines(given, machine);
  return Math.max(FEWEST_CONNECTIONS, Math.min(MOST_CONNECTIONS, machine.openFiles - others));
}

/** Default of `THREADS_PER_ENGINE`. CPUs that have no engine for want of memory help the others; a GPU's engines have no use for them. */
export function threadsPerEngine(given: GivenValues, machine: Machine): number {
  const each = Math.max(1, Math.floor(machine.cpus / engines(given, machine)));
  if (given.engines !== undefined) return each;
  return given.provider === 'cuda' ? 1 : Math.min(MOST_THREADS, each);
}

/** Default of `MAX_BUFFERED_BYTES`: a quarter of the memory, so that bodies alone cannot fill it, at most 512 MiB and at least one body. */
export function bufferedBytes({ maxBodyBytes = MAX_BODY_BYTES }: GivenValues, { memory }: Machine): number {
  return Math.max(maxBodyBytes, Math.min(512 * MEBI, Math.floor(memory / 4)));
}
