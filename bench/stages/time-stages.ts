import type { Detector } from '../../src/detector/index.ts';
import { DEFAULT_SCORE_THRESHOLD } from '../../src/http/option-schemas.ts';
import { percentile } from '../percentile.ts';
import { repeatFor } from './repeat-for.ts';
import type { StageCpu } from './stage-cpu.ts';

/** Milliseconds a picture. */
export interface StageTimes {
  /** Size of the network input, or how many sizes. */
  network: string;
  /** Wall times, medians. */
  image: number;
  tensor: number;
  inference: number;
  gfl: number;
  nms: number;
  cpu: StageCpu;
}

/** What a request has that asks for nothing; the library's own default, the manifest's, is for evaluation and gives many times as many boxes. */
const OPTIONS = { scoreThreshold: DEFAULT_SCORE_THRESHOLD };

/**
 * Both halves of `detect`, each over and over for so long. Tensor, gfl and nms have the thread for themselves, so that their time is their CPU; image
 * and inference, which others may do for it, are what each half took beside them.
 */
export async function timeStages(detector: Detector, files: readonly Buffer[], seconds: number): Promise<StageTimes> {
  const preparing = await repeatFor(
    seconds,
    async index => {
      const picture = await detector.prepare(files[index % files.length]!, OPTIONS);
      // As an engine does when it has run: its memory serves the next picture.
      detector.release(picture);
      return picture.timings;
    },
    files.length,
  );
  const prepared = await Promise.all(files.map(file => detector.prepare(file, OPTIONS)));
  const running = await repeatFor(
    seconds,
    async index => {
      const [result] = await detector.run([prepared[index % prepared.length]!]);
      return result!.timings;
    },
    files.length,
  );
  const tensor = mean(preparing.results.map(one => one.tensor));
  const gfl = mean(running.results.map(one => one.gfl));
  const nms = mean(running.results.map(one => one.nms));
  const shapes = new Set(prepared.map(({ shapeKey }) => shapeKey));
  const median = <K extends string>(all: readonly Record<K, number>[], stage: K) =>
    percentile(
      all.map(one => one[stage]),
      0.5,
    );
  return {
    network: shapes.size === 1 ? prepared[0]!.shapeKey : `${shapes.size} shapes`,
    image: median(preparing.results, 'image'),
    tensor: median(preparing.results, 'tensor'),
    inference: median(running.results, 'inference'),
    gfl: median(running.results, 'gfl'),
    nms: median(running.results, 'nms'),
    cpu: {
      image: Math.max(0, preparing.cpuMs - tensor),
      tensor,
      inference: Math.max(0, running.cpuMs - gfl - nms),
      gfl,
      nms,
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
