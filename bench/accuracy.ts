import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { eachInParallel } from '../src/cli/each-in-parallel.ts';
import { type CocoEvaluation, evaluateCoco } from '../src/evaluation/coco-ap.ts';
import { type CocoDataset, type CocoResult, readCocoDataset } from '../src/evaluation/coco-dataset.ts';
import { startService } from './start-service.ts';

/** The family's published protocol: everything over 0.05, the best hundred. */
const PROTOCOL = 'score_threshold=0.05&max_detections=100';

interface Answer {
  detections: { label: string; score: number; box: { x1: number; y1: number; x2: number; y2: number } }[];
}

/** Posts every picture of a COCO dataset to a running service and evaluates its answers. */
export async function measureAccuracy(
  serviceUrl: string,
  imagesFolder: string,
  truth: CocoDataset,
  options: { connections?: number; onPicture?: (done: number) => void } = {},
): Promise<CocoEvaluation & { pictures: number; detections: number }> {
  const categoryOf = new Map(truth.categories.map(({ name, id }) => [name, id]));
  const results: CocoResult[] = [];
  let done = 0;
  await eachInParallel(truth.images, options.connections ?? 4, async image => {
    const response = await fetch(new URL(`/detect?${PROTOCOL}`, serviceUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: await readFile(path.join(imagesFolder, image.file_name)),
    });
    if (!response.ok) throw new Error(`${image.file_name}: ${response.status} ${await response.text()}`);
    for (const { label, score, box } of ((await response.json()) as Answer).detections) {
      const category = categoryOf.get(label);
      if (category === undefined) throw new Error(`The annotations have no category "${label}".`);
      const bbox: CocoResult['bbox'] = [box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1];
      results.push({ image_id: image.id, category_id: category, bbox, score });
    }
    options.onPicture?.(++done);
  });
  return { ...evaluateCoco(truth, results), pictures: truth.images.length, detections: results.length };
}

const USAGE = `Usage: npm run bench:accuracy -- --images DIR --annotations COCO.json [--url URL]

COCO AP of the service's own answers. Without --url a service is started for the measurement.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { images: { type: 'string' }, annotations: { type: 'string' }, url: { type: 'string' } },
  });
  if (values.images === undefined || values.annotations === undefined) throw new Error(USAGE);
  const truth = await readCocoDataset(values.annotations);
  const service = values.url === undefined ? await startService() : undefined;
  try {
    const { classes: _, ...summary } = await measureAccuracy(values.url ?? service!.url, values.images, truth, {
      onPicture: done => done % 500 === 0 && console.error(`${done} of ${truth.images.length} pictures`),
    });
    console.log(JSON.stringify(summary, null, 2));
  } finally {
    await service?.stop();
  }
}

if (fileURLToPath(import.meta.url) === process.argv[1]) {
  main().catch(error => {
    console.error((error as Error).message);
    process.exitCode = 1;
  });
}
