import type { Detection, DetectResult, Edges, LoadedManifest } from '../detector/contract.ts';
import type { EnginePool } from '../engine/pool-types.ts';
import type { EngineModel } from '../engine/protocol.ts';
import { STAGES, type Stage } from '../metrics.ts';
import type { DetectionAnswer } from './schemas.ts';

export interface AnswerContext {
  requestId: string;
  model: EngineModel;
  queueMs: number;
  totalMs: number;
  includeTimings: boolean;
}

/**
 * The body of a successful answer. Pixels have 2 decimals and scores 5: finer than any of them is known, and the same
 * picture gives the same bytes.
 */
export function toAnswer(result: DetectResult, context: AnswerContext): DetectionAnswer {
  const { name, version, provider } = context.model;
  const answer: DetectionAnswer = {
    request_id: context.requestId,
    model: { name, version, provider },
    image: result.image,
    detections: result.detections.map(toDetection),
  };
  if (context.includeTimings) {
    const { annotate: _, ...timings } = result.timings;
    answer.timings_ms = {
      ...mapValues({ queue: context.queueMs, ...timings }, milliseconds => round(milliseconds, 2)),
      total: round(context.totalMs, 2),
    };
  }
  return answer;
}

/** The model as the engines loaded it. There was a result, so there is one: anything else is a bug. */
export function servedModel(pool: EnginePool, { manifest }: LoadedManifest): EngineModel {
  const model = pool.models.find(one => one.name === manifest.name);
  if (model === undefined) throw new Error(`No engine says that it loaded ${manifest.name}; this is a bug.`);
  return model;
}

/** Milliseconds of every stage, the wait in the queue included. */
export function stageTimes(result: DetectResult, queueMs: number): Partial<Record<Stage, number>> {
  return { queue: queueMs, ...result.timings };
}

/** https://www.w3.org/TR/server-timing/ */
export function serverTiming(stages: Partial<Record<Stage, number>>, totalMs: number): string {
  const metrics = STAGES.filter(stage => stages[stage] !== undefined).map(stage => [stage, stages[stage]!] as const);
  return [...metrics, ['total', totalMs] as const].map(([name, ms]) => `${name};dur=${round(ms, 2)}`).join(', ');
}

function toDetection({ classId, label, score, box, uncertainty, distribution }: Detection) {
  return {
    class_id: classId,
    label,
    score: round(score, 5),
    box: { x1: toPixels(box.x1), y1: toPixels(box.y1), x2: toPixels(box.x2), y2: toPixels(box.y2) },
    ...(uncertainty && { uncertainty: mapEdges(uncertainty, toPixels) }),
    ...(distribution && {
      distribution: {
        ...mapEdges(distribution, bins => bins.map(probability => round(probability, 5))),
        origin: mapValues(distribution.origin, toPixels),
        // Multiplied by the index of a bin: needs its decimals.
        bin_size: mapValues(distribution.binSize, size => round(size, 5)),
      },
    }),
  };
}

function mapEdges<T, U>({ left, top, right, bottom }: Edges<T>, change: (value: T) => U): Edges<U> {
  return { left: change(left), top: change(top), right: change(right), bottom: change(bottom) };
}

function toPixels(value: number): number {
  return round(value, 2);
}

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

function mapValues<K extends string, T, U>(record: { [P in K]: T }, change: (value: T) => U): { [P in K]: U } {
  return Object.fromEntries(Object.entries<T>(record).map(([key, value]) => [key, change(value)])) as { [P in K]: U };
}
