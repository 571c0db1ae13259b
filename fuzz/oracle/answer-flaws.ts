import { numberFlaws } from './number-flaws.ts';
import type { GivenOption } from './read-request.ts';

interface Detection {
  class_id: number;
  label: string;
  score: number;
  box: Record<'x1' | 'y1' | 'x2' | 'y2', number>;
  uncertainty?: Record<string, number>;
}

/** What cannot be in an answer, whatever the picture shows. */
export function answerFlaws(
  answer: Record<string, unknown>,
  picture: { width: number; height: number; mayBeTurned: boolean },
  options: readonly GivenOption[],
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
  const most = Number(options.find(({ name }) => name === 'max_detections')?.value ?? 100);
  if (detections.length > most) flaws.push(`${detections.length} detections of at most ${most}`);
  detections.forEach(({ score, box, uncertainty = {} }, index) => {
    const { x1, y1, x2, y2 } = box;
    const inside = x1 >= 0 && y1 >= 0 && x1 <= x2 && y1 <= y2 && x2 <= image.width && y2 <= image.height;
    if (!inside) flaws.push(`a box outside its picture: ${JSON.stringify(box)}`);
    if (!(score >= 0 && score <= 1)) flaws.push(`a score of ${score}`);
    if (index > 0 && !(score <= detections[index - 1]!.score)) flaws.push('scores out of order');
    if (!Object.values(uncertainty).every(sigma => sigma >= 0))
      flaws.push(`uncertainty ${JSON.stringify(uncertainty)}`);
  });
  return flaws;
}
