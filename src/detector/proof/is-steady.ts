import { noiseTensor } from '../inference/noise-tensor.ts';
import { compareSelfCheck } from '../model/self-check.ts';
import type { PictureTensor } from '../prepare-picture.ts';
import { selfCheckDetections } from './prove-self-check.ts';
import { infer, type Subject, type Trial } from './subject.ts';

/** Of 255. Rounding moves less, on another processor or in another form of the graph. */
const LEVELS = 0.02;
/** Of `noiseTensor`. */
const NOISE_WIDTH = 2;

/**
 * Whether a picture gives the same detections where its values are a little others. In an even area boxes side by side score the same to the last bit but one: which of them
 * suppresses the others is up to rounding, and would keep an engine from starting.
 */
export async function isSteady(subject: Subject, trial: Trial): Promise<boolean> {
  const known = selfCheckDetections(subject, trial).map(({ label, score, box: { x1, y1, x2, y2 } }) => ({
    label,
    score,
    box: [x1, y1, x2, y2],
  }));
  // What one of them leaves in its order the other turns round.
  for (const levels of [LEVELS, -LEVELS]) {
    const tensors = await infer(subject, [shaken(subject, trial.prepared, levels)]);
    const found = selfCheckDetections(subject, { ...trial, tensors });
    if (compareSelfCheck(known, found, trial.prepared.placement.boxes).length > 0) return false;
  }
  return true;
}

function shaken({ model }: Subject, prepared: PictureTensor, levels: number): PictureTensor {
  const { scale, std } = model.manifest.input;
  const tensor = prepared.tensor.slice();
  const noise = noiseTensor(tensor.length);
  const plane = tensor.length / 3;
  for (let i = 0; i < tensor.length; i++) {
    tensor[i] = tensor[i]! + ((noise[i]! / NOISE_WIDTH) * levels * scale) / std[Math.floor(i / plane)]!;
  }
  return { ...prepared, tensor };
}
