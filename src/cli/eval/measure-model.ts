import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DetectOptions, loadManifest } from '../../detector/contract.ts';
import { createEnginePool } from '../../engine/pool.ts';
import { ServiceError } from '../../errors.ts';
import { type CocoAnnotation, readCocoDataset } from '../../evaluation/coco-dataset.ts';
import { evaluateModel } from '../../evaluation/evaluate-model.ts';
import { type JudgedPicture, judgePicture, refusedPicture } from '../../evaluation/judge-picture.ts';
import { matchClasses } from '../../evaluation/match-classes.ts';
import { CliError } from '../cli-error.ts';
import { detectPatiently } from '../detect-patiently.ts';
import { eachInParallel } from '../each-in-parallel.ts';
import { findModel } from '../find-model.ts';
import { poolLog } from '../pool-log.ts';
import { createProgress, type ProgressOutput } from '../progress.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkPictures } from './check-pictures.ts';
import { evalConfig } from './config.ts';
import type { EvalOptions } from './options.ts';
import type { Measured, RefusedPicture } from './summary.ts';

/** An engine that keeps a picture longer than this hangs: three large ones on a slow CPU take their time. */
const HANG_TIMEOUT_MS = 300_000;
const CLOSE_MS = 5000;
/** Pictures on their way for each place in a batch: an engine holds three batches, and the next is read from disk. */
const LANES = 4;

/**
 * Every picture of the dataset through the engines and against its objects. The figures are the same whatever the number of
 * engines. Throws `CliError`, `DetectorError` or `EvaluationError`.
 */
export async function measureModel(options: EvalOptions, stderr: ProgressOutput): Promise<Measured> {
  const config = evalConfig(options);
  const manifestPath = await findModel(config.modelsDir, options.model);
  const { manifest, labels, folder } = await loadManifest(manifestPath);
  const dataset = await readCocoDataset(options.annotations);
  const classMatch = matchClasses(labels, dataset.categories, options.classesBy);
  const { categoryOf } = classMatch;
  const images = [...dataset.images].sort((a, b) => a.id - b.id).slice(0, options.limit);
  await checkPictures(options.images, images);
  const modelFiles = ['model.json', manifest.labels, manifest.graph.file].map(file => path.join(folder, file));
  await checkOutputs(options, dataset.images, modelFiles);

  const evaluated = new Set(categoryOf.values());
  const annotationsOf = byPicture(dataset.annotations.filter(({ category_id }) => evaluated.has(category_id)));
  const detectOptions: DetectOptions = {
    includeDistribution: true,
    ...(options.threshold !== undefined && { scoreThreshold: options.threshold }),
    ...(classMatch.labelsLeftOut.length > 0 && { classes: [...categoryOf.keys()] }),
  };

  const pictures: JudgedPicture[] = [];
  const refusals = new Map<number, RefusedPicture>();
  const progress = createProgress(stderr, 'pictures', images.length);
  const pool = createEnginePool({
    ...config,
    manifestPaths: [manifestPath],
    hangTimeoutMs: HANG_TIMEOUT_MS,
    log: poolLog(line => progress.say(line)),
  });
  try {
    await pool.start().catch((cause: Error) => {
      throw new CliError(cause.message, { cause });
    });
    await eachInParallel(images, LANES * config.engines * config.maxBatch, async image => {
      const truth = { image, annotations: annotationsOf.get(image.id) ?? [], categoryOf, frame: options.frame };
      try {
        const bytes = await readFile(path.join(options.images, image.file_name));
        const result = await detectPatiently(pool, { model: manifest.name, bytes, options: detectOptions });
        pictures.push(judgePicture(truth, result));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        pictures.push(refusedPicture(truth));
        refusals.set(image.id, { file: image.file_name, reason: error.message });
        progress.say(`${image.file_name}: ${error.message}`);
      }
      progress.update(pictures.length);
    });
  } finally {
    progress.end();
    await pool.close(CLOSE_MS);
  }
  const refused = images.flatMap(({ id }) => refusals.get(id) ?? []);
  if (refused.length === images.length) {
    throw new CliError(
      `None of the ${images.length} pictures could be evaluated. ${refused[0]!.file}: ${refused[0]!.reason}`,
    );
  }
  pictures.sort((a, b) => a.image.id - b.image.id);
  const categories = dataset.categories.filter(({ id }) => evaluated.has(id));
  return {
    model: pool.models[0]!,
    evaluation: evaluateModel(pictures, categories),
    categories,
    pictures,
    refused,
    classMatch,
    scoreThreshold: options.threshold ?? manifest.candidates.scoreThreshold,
    maxDetections: manifest.nms.maxDetections,
  };
}

function byPicture(annotations: readonly CocoAnnotation[]): Map<number, CocoAnnotation[]> {
  const groups = new Map<number, CocoAnnotation[]>();
  for (const annotation of annotations) {
    const group = groups.get(annotation.image_id);
    if (group === undefined) groups.set(annotation.image_id, [annotation]);
    else group.push(annotation);
  }
  return groups;
}
