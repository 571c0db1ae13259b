import { DetectorError, findClass, loadManifest, OPTIONAL_FORMATS } from '../../detector/contract.ts';
import { createEnginePool } from '../../engine/pool.ts';
import type { PoolJob } from '../../engine/pool-types.ts';
import { ServiceError } from '../../errors.ts';
import { CliError } from '../cli-error.ts';
import { commandConfig } from '../command-config.ts';
import { detectPatiently } from '../detect-patiently.ts';
import { findModel } from '../find-model.ts';
import { poolLog } from '../pool-log.ts';
import { type DetectionSource, RefusedPicture } from './detection-source.ts';
import type { CommandOptions } from './options.ts';
import { toRecord } from './record.ts';
import { untilAborted } from './until-aborted.ts';

/** An engine that keeps a picture longer than this hangs. */
const HANG_TIMEOUT_MS = 120_000;
const CLOSE_MS = 3000;
/** For each place in a batch: an engine holds three batches, and the next is read from disk. */
const LANES = 4;

/** Engines of this command's own. Ready when it resolves. */
export async function openLocalSource(options: CommandOptions, say: (line: string) => void): Promise<DetectionSource> {
  const config = commandConfig(options, { FORMATS: OPTIONAL_FORMATS.join(',') });
  const manifestPath = await findModel(config.modelsDir, config.models[0]!);
  const { manifest, labels } = await loadManifest(manifestPath);
  const wanted: PoolJob['options'] = {
    scoreThreshold: options.threshold,
    maxDetections: options.max,
    ...(options.classes && { classes: options.classes.map(name => labels[classId(labels, name)]!) }),
  };
  const pool = createEnginePool({
    ...config,
    manifestPaths: [manifestPath],
    hangTimeoutMs: HANG_TIMEOUT_MS,
    log: poolLog(say),
  });
  await pool.start().catch((cause: Error) => {
    throw new CliError(cause.message, { cause });
  });
  const model = pool.models[0]!;
  return {
    model,
    labels,
    lanes: LANES * config.engines * config.maxBatch,
    async detect(file, bytes, signal) {
      const annotate = { format: 'jpeg', bands: options.bands } as const;
      const job = { model: manifest.name, bytes, options: wanted, ...(options.annotate && { annotate }) };
      try {
        const result = await untilAborted(detectPatiently(pool, job), signal);
        return { record: toRecord(file, model, result), ...(result.annotated && { annotated: result.annotated }) };
      } catch (error) {
        if (error instanceof ServiceError) throw new RefusedPicture(error.message);
        throw error;
      }
    },
    close: () => pool.close(CLOSE_MS),
  };
}

function classId(labels: readonly string[], name: string): number {
  try {
    return findClass(labels, name, '--classes');
  } catch (error) {
    throw error instanceof DetectorError ? new CliError(error.message, { cause: error }) : error;
  }
}
