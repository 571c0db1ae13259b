import { numberFlaws } from './number-flaws.ts';
import type { Wanted } from './wanted.ts';

interface Detection {
  class_id: number;
  label: unknown;
  score: number;
  box: Record<'x1' | 'y1' | 'x2' | 'y2', number>;
  uncertainty?: Record<string, number>;
  distribution?: object;
}

/** Scores come with five decimals, so that one may be rounded to below the threshold that it reached. */
const ROUNDED = 1e-5;

/** What cannot be in an answer to these options, whatever the picture shows. */
export function answerFlaws(
  answer: Record<string, unknown>,
  picture: { width: number; height: number; mayBeTurned: boolean },
  wanted: Wanted,
  labels: readonly string[],
): string[] {
  const notNumbers = numberFlaws(answer);
  // What is no number cannot be compared.
  if (notNumbers.length > 0) return notNumbers;
  const { image, detections } = answer as { image: { width: number; height: number }; detections: Detection[] };
  const { width, height, mayBeTurned } = picture;
  const fits = image.width === width && image.height === height;
  const fitsTurned = mayBeTurned && image.width === height && image.height === width;
  const flaws: string[] = [];
  if (!fits && !fitsTurned)
    flaws.push(`a picture of ${width}x${height} is said to have ${image.width}x${image.height}`);
  const { name } = (answer.model ?? {}) as { name?: unknown };
  if (name !== wanted.model) flaws.push(`the answer of the model ${name} and not of ${wanted.model}`);
  if ('timings_ms' in answer !== wanted.timings) flaws.push(`timings ${wanted.timings ? 'missing' : 'nobody wanted'}`);
  if (detections.length > wanted.most) flaws.push(`${detections.length} detections of at most ${wanted.most}`);
  detections.forEach((detection, index) => {
    const { score, box, uncertainty = {} } = detection;
    const { x1, y1, x2, y2 } = box;
    const inside = x1 >= 0 && y1 >= 0 && x1 <= x2 && y1 <= y2 && x2 <= image.width && y2 <= image.height;
    if (!inside) flaws.push(`a box outside its picture: ${JSON.stringify(box)}`);
    if (!(score >= 0 && score <= 1)) flaws.push(`a score of ${score}`);
    if (index > 0 && !(score <= detections[index - 1]!.score)) flaws.push('scores out of order');
    if (!Object.values(uncertainty).every(sigma => sigma >= 0))
      flaws.push(`uncertainty ${JSON.stringify(uncertainty)}`);
    flaws.push(...unwanted(detection, wanted, labels));
  });
  return flaws;
}

function unwanted(
  { class_id: id, label, score, distribution }: Detection,
  wanted: Wanted,
  labels: readonly string[],
): string[] {
  const lowest = wanted.lowest[id];
  if (lowest === undefined) return [`a class id of ${id}, of ${labels.length} classes`];
  const flaws: string[] = [];
  if (label !== labels[id]) flaws.push(`class ${id} is called ${label} and not ${labels[id]}`);
  if (lowest === Infinity) flaws.push(`a detection of class ${id}, which was not asked for`);
  else if (!(score >= lowest - ROUNDED)) flaws.push(`a score of ${score} below the threshold of ${lowest}`);
  if ((distribution !== undefined) !== wanted.distribution)
    flaws.push(`a distribution ${wanted.distribution ? 'is missing' : 'nobody wanted'}`);
  return flaws;
}
