import type { Detector } from '../../src/detector/index.ts';
import { DEFAULT_SCORE_THRESHOLD } from '../../src/http/option-schemas.ts';
import { percentile } from '../percentile.ts';
import { repeatFor } from './repeat-for.ts';

/** Milliseconds a picture. Wall times are medians, CPU times (of all threads) means. */
export interface StageTimes {
  /** Size of the network input, or how many sizes. */
  network: string;
  image: number;
  tensor: number;
  inference: number;
  gfl: number;
  nms: number;
  /** Bytes to tensor: image and tensor. */
  prepareCpu: number;
  /** Without the tensor stage, which has the thread for itself. */
  imageCpu: number;
}

/** What a request has that asks for nothing; the library's own default, the manifest's, is for evaluation and gives many times as many boxes. */
const OPTIONS = { scoreThreshold: DEFAULT_SCORE_THRESHOLD };

/** Both halves of `detect`, each over and over for so long. */
export async function timeStages(detector: Detector, files: readonly Buffer[], seconds: number): Promise<StageTimes> {
  const images: number[] = [];
  const tensors: number[] = [];
  const prepareCpu = await repeatFor(seconds, async index => {
    const picture = await detector.prepare(files[index % files.length]!, OPTIONS);
    images.push(picture.timings.image);
    tensors.push(picture.timings.tensor);
    // As an engine does when it has run: its memory serves the next picture.
    detector.release(picture);
  });
  const prepared = await Promise.all(files.map(file => detector.prepare(file, OPTIONS)));
  const runs: { inference: number; gfl: number; nms: number }[] = [];
  await repeatFor(seconds, async index => {
    const [result] = await detector.run([prepared[index % prepared.length]!]);
    runs.push(result!.timings);
  });
  const tensor = percentile(tensors, 0.5);
  const shapes = new Set(prepared.map(({ shapeKey }) => shapeKey));
  return {
    network: shapes.size === 1 ? prepared[0]!.shapeKey : `${shapes.size} shapes`,
    image: percentile(images, 0.5),
    tensor,
    inference: percentile(
      runs.map(run => run.inference),
      0.5,
    ),
    gfl: percentile(
      runs.map(run => run.gfl),
      0.5,
    ),
    nms: percentile(
      runs.map(run => run.nms),
      0.5,
    ),
    prepareCpu,
    imageCpu: Math.max(0, prepareCpu - tensor),
  };
}
