import { goneReason } from '../admission/admission.ts';
import type { DetectResult } from '../detector/contract.ts';
import type { PoolJob } from '../engine/pool-types.ts';
import type { EngineResult } from '../engine/protocol.ts';
import type { ServiceError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { stageTimes } from './answer.ts';
import type { AppDeps } from './app-deps.ts';
import { checkFormat } from './check-format.ts';
import type { Client } from './client.ts';
import type { DetectionRequest } from './options.ts';
import { toServiceError } from './problem.ts';

export interface DetectedPicture {
  result: EngineResult;
  queueMs: number;
}

/**
 * One picture through admission and an engine; every outcome is counted. Throws only `ServiceError`.
 *
 * @param special `tensor`: the bytes are network input, not an encoded picture; `annotate`: the picture is wanted with its detections drawn on
 */
export async function detectPicture(
  { config, admission, pool, metrics }: AppDeps,
  bytes: Buffer,
  { model, options }: DetectionRequest,
  { id, signal }: Client,
  special: Pick<PoolJob, 'tensor' | 'annotate'> = {},
): Promise<DetectedPicture> {
  const { name } = model.manifest;
  try {
    if (special.tensor === undefined) checkFormat(bytes, config.formats);
    const work = (abort: AbortSignal) => pool.detect({ model: name, bytes, options, ...special }, abort);
    const { value: result, queueMs } = await admission.submit(work, { client: id, signal });
    record(metrics, name, result, queueMs);
    return { result, queueMs };
  } catch (thrown) {
    const error: ServiceError = toServiceError(thrown);
    metrics.images.inc({ model: name, outcome: signal.aborted ? goneReason(signal) : error.code });
    throw error;
  }
}

function record(metrics: Metrics, model: string, result: DetectResult, queueMs: number): void {
  metrics.images.inc({ model, outcome: 'ok' });
  metrics.batchSize.observe({ model }, result.batchSize);
  metrics.detectionsPerImage.observe({ model }, result.detections.length);
  for (const [stage, milliseconds] of Object.entries(stageTimes(result, queueMs))) {
    metrics.stageDuration.observe({ model, stage }, milliseconds / 1000);
  }
  const scores = result.detections.map(({ score }) => score);
  const sigmas = result.detections.flatMap(({ uncertainty }) => Object.values(uncertainty ?? {}));
  metrics.detectionScore.observeAll({ model }, scores);
  metrics.edgeUncertainty.observeAll({ model }, sigmas);
}
