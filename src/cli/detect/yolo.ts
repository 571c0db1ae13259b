import type { PictureRecord } from './record.ts';

/** One line a detection: class id, centre, width and height as fractions of the picture, score. */
export function toYolo({ image, detections }: PictureRecord): string {
  return detections
    .map(({ class_id, score, box }) => {
      const numbers = [
        (box.x1 + box.x2) / 2 / image.width,
        (box.y1 + box.y2) / 2 / image.height,
        (box.x2 - box.x1) / image.width,
        (box.y2 - box.y1) / image.height,
      ];
      return `${class_id} ${numbers.map(number => number.toFixed(6)).join(' ')} ${score.toFixed(5)}\n`;
    })
    .join('');
}
