import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Choice, choosesRight, choosingGraph } from './choosing-graph.ts';
import { cpuKind } from './cpu-kind.ts';
import { makeDraft, removeAbandonedDrafts, waitForOthers } from './drafts.ts';
import { makeFasterConvolutions } from './faster-convolutions.ts';
import { forgetGarbage } from './forget-garbage.ts';
import { rewrittenGraph } from './rewritten-graph.ts';
import { noiseRun, runOnNoise } from './run-on-noise.ts';
import { areSame, largestDifference, saySomething, TOLERANCE } from './same-outputs.ts';
import {
  type OptimisedGraph,
  type OutputTensor,
  openSession,
  runtimeVersion,
  type Session,
  saveOptimised,
} from './session.ts';

/**
 * Optimised forms of graphs, kept on disk: said in words that are computed faster (`rewrittenGraph`), giving only what can become a detection
 * (`choosingGraph`), then what ONNX Runtime makes of them: nodes fused, weights laid out for this kind of CPU. A session opens in a third of the time from one (nanodet-g:
 * 24 ms instead of 73), and its weights are a file mapped into memory, which all engines and sessions share: 15 MB instead of 20
 * to 28 for each session.
 *
 * An entry is a folder, named for all it depends on, that appears by a rename and never changes.
 */

const GRAPH = 'graph.onnx';
const WEIGHTS = 'weights.bin';
const SUMS = 'sha256.json';
/** Of what is above, and of what is decided here. */
const LAYOUT = 12;
/** Smaller graphs load in no time: kept only where other words make them faster. */
const MIN_BYTES = 1024 * 1024;
/** Models come and go, and 15 MB of each would stay for ever. Those used within a day are kept, however many: a service may have more models. */
const KEPT_ENTRIES = 16;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A graph, and what it is wanted for. */
export interface GraphUse {
  graphSha256: string;
  input: { tensor: string; width: number; height: number };
  /** What runs of it are compared on: the input, or a smaller one that stands for it. */
  trial: { width: number; height: number };
  /** Pictures may come several at a time. */
  batches: boolean;
  /** Of a grid head; undefined where the graph suppresses by itself. */
  choice: ChoiceOf | undefined;
}

export interface ChoiceOf {
  /** All that `find` goes by beside the outputs. */
  facts: unknown;
  find(outputs: Record<string, OutputTensor>): Choice | undefined;
}

/** The entry of a graph, if there is one and its files are what they were: an engine may start days after the last. */
export async function findOptimised(folder: string, use: GraphUse): Promise<OptimisedGraph | undefined> {
  const entry = await entryOf(folder, use);
  try {
    const expected: unknown = JSON.parse(await readFile(path.join(entry, SUMS), 'utf8'));
    if (JSON.stringify(expected) !== JSON.stringify(await sums(entry))) throw new Error('damaged');
    const now = new Date();
    await utimes(entry, now, now);
    return { path: path.join(entry, GRAPH) };
  } catch {
    return undefined;
  }
}

/** Removes the entry of a graph, which is no use although its files are what they were. Who has it open keeps it. */
export async function forgetOptimised(folder: string, use: GraphUse): Promise<void> {
  await rm(await entryOf(folder, use), { recursive: true, force: true });
}

/**
 * Makes the entry of a graph, and uses it only if a run of it gives bit for bit what a run of the graph gives, or of the rewritten
 * one, which `rewrittenGraph` has compared with it; or nearly that, where `makeFasterConvolutions` has rewritten it again.
 * Where another process of this host is making it, its entry is waited for and taken.
 * Rejects when the folder cannot be written, or the answers differ.
 *
 * @returns undefined for graphs too small to gain from it; with why its convolutions are no faster, where something went wrong
 */
export async function makeOptimised(
  folder: string,
  use: GraphUse,
  graph: Uint8Array,
): Promise<{ graph: OptimisedGraph; note?: string } | undefined> {
  const trial = (session: Session) => runOnNoise(session, trialInput(use));
  const isSmall = graph.byteLength < MIN_BYTES;
  const rewrittenSmall = isSmall ? await rewrittenGraph(graph, trial) : undefined;
  if (isSmall && rewrittenSmall === undefined) return undefined;
  const entry = await entryOf(folder, use);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeAbandonedDrafts(folder);
  if (await waitForOthers(folder, path.basename(entry))) {
    const theirs = await findOptimised(folder, use);
    if (theirs !== undefined) return { graph: theirs };
  }
  const draft = await makeDraft(folder, path.basename(entry));
  const faster = path.join(draft, 'faster');
  let note: string | undefined;
  try {
    const rewritten = rewrittenSmall ?? (await rewrittenGraph(graph, trial));
    const saved = await saveChoosing(rewritten ?? graph, draft, use);
    if (saved === undefined) throw new Error('its answers are not those of the graph');
    forgetGarbage();
    const isFaster = await makeFaster(draft, faster, use, saved).catch(error => {
      note = `its 3x3 convolutions are not made faster: ${(error as Error).message.trim()}`;
      return false;
    });
    if (!isFaster) await rm(faster, { recursive: true, force: true });
    const made = isFaster ? faster : draft;
    await writeFile(path.join(made, SUMS), JSON.stringify(await sums(made)));
    await rename(made, entry).catch(async () => {
      // Another process was sooner, and may be opening its entry now; or a damaged one is in the way.
      if ((await findOptimised(folder, use)) !== undefined) return;
      await rm(entry, { recursive: true, force: true });
      await rename(made, entry);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await forgetOldest(folder).catch(() => {});
  return { graph: { path: path.join(entry, GRAPH) }, ...(note !== undefined && { note }) };
}

/** Writes the graph of `draft` to `faster` with other convolutions; false where that is no gain or cannot be told to be right. */
async function makeFaster(draft: string, faster: string, use: GraphUse, saved: Saved): Promise<boolean> {
  if (!saySomething(saved.outputs)) return false;
  await mkdir(faster);
  const input = { trial: trialInput(use), served: use.input, batch: batchOf(use) };
  return makeFasterConvolutions({ folder: draft, graph: GRAPH, weights: WEIGHTS }, faster, input, () =>
    answersRight(faster, use, found => largestDifference(saved.outputs, found) <= TOLERANCE, saved.choice),
  );
}

/** What runs of a saved graph are held against. */
interface Saved {
  outputs: Record<string, OutputTensor>;
  /** Undefined where it does not choose. */
  choice: Choice | undefined;
}

/** Writes the optimised form of a graph, one that chooses if that can be had; undefined when its answers are not those of the graph. */
async function saveChoosing(graph: Uint8Array, draft: string, use: GraphUse): Promise<Saved | undefined> {
  const session = await openSession(graph, { provider: 'cpu', threads: 1 });
  const outputs = await runOnNoise(session, trialInput(use)).finally(() => session.close());
  const choice = use.choice?.find(outputs);
  // What it adds is a gain, never a reason to fail.
  for (const byLevels of choice === undefined ? [] : [true, false]) {
    const choosing = await choosingGraph(graph, choice!, outputs, byLevels).catch(() => undefined);
    if (choosing !== undefined && (await save(choosing, draft, use, outputs, choice).catch(() => false))) {
      return { outputs, choice };
    }
  }
  return (await save(graph, draft, use, outputs)) ? { outputs, choice: undefined } : undefined;
}

/** Writes the optimised form of a graph; false when it does not give `outputs`, or does not choose of them as it should. */
async function save(
  graph: Uint8Array,
  draft: string,
  use: GraphUse,
  outputs: Record<string, OutputTensor>,
  choice?: Choice,
): Promise<boolean> {
  await (await saveOptimised(graph, path.join(draft, GRAPH), WEIGHTS)).close();
  // Where all weights are small they stay in the graph, and no such file is written.
  await appendFile(path.join(draft, WEIGHTS), '');
  return answersRight(draft, use, found => areSame(outputs, found), choice);
}

/** Whether the answers of the graph in `folder` are as they should be, and it chooses of them as it should. */
async function answersRight(
  folder: string,
  use: GraphUse,
  agrees: (found: Record<string, OutputTensor>) => boolean,
  choice: Choice | undefined,
): Promise<boolean> {
  const saved = await openSession({ path: path.join(folder, GRAPH) }, { provider: 'cpu', threads: 1 });
  const input = trialInput(use);
  try {
    const found = await runOnNoise(saved, input);
    if (!agrees(found)) return false;
    if (choice === undefined) return true;
    const batch = batchOf(use);
    const pictures = noiseRun(input, batch);
    const whole = use.batches ? await saved.run(...pictures) : found;
    return await choosesRight(floor => saved.runAbove!(...pictures, floor), choice, whole, batch);
  } finally {
    await saved.close();
  }
}

/** Pictures in the largest run of a check. */
const batchOf = ({ batches }: GraphUse) => (batches ? 2 : 1);

const trialInput = ({ input, trial }: GraphUse) => ({ tensor: input.tensor, ...trial });

async function entryOf(folder: string, { graphSha256, input, trial, batches, choice }: GraphUse): Promise<string> {
  // Which instructions the CPU has decides how weights are laid out, and how channels are padded.
  const machine = [await runtimeVersion(), process.platform, process.arch, await cpuKind()];
  const facts = [LAYOUT, graphSha256, input, trial, batches, choice?.facts ?? null, ...machine];
  return path.join(folder, createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32));
}

async function sums(entry: string): Promise<Record<string, string>> {
  const of = async (name: string) => {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path.join(entry, name), { highWaterMark: 1024 * 1024 }), hash);
    return hash.digest('hex');
  };
  return { [GRAPH]: await of(GRAPH), [WEIGHTS]: await of(WEIGHTS) };
}

/** Of entries; the folder may hold other things, too. */
async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter(name => /^[0-9a-f]{32}$/.test(name));
  const entries = await Promise.all(
    names.map(async name => ({ name, usedAt: (await stat(path.join(folder, name)).catch(() => undefined))?.mtimeMs })),
  );
  const oldestLast = entries.sort((a, b) => (b.usedAt ?? 0) - (a.usedAt ?? 0));
  for (const { name, usedAt = 0 } of oldestLast.slice(KEPT_ENTRIES)) {
    if (Date.now() - usedAt < DAY_MS) continue;
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
