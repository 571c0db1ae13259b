import type { ShownDetection } from '../state/scene.ts';
import { classColour, css } from './class-colour.ts';
import { placeTags } from './place-tags.ts';

const FONT = 'Geist, system-ui, sans-serif';

interface TagScene {
  shown: readonly ShownDetection[];
  marked: number | undefined;
  unit: number;
  scale: { x: number; y: number };
}

/** Label and score of every box, or of the marked one alone, dark on the colour of the class, so that they read on any picture. */
export function drawTags(context: CanvasRenderingContext2D, { shown, marked, unit, scale }: TagScene): void {
  context.font = `600 ${12 * unit}px ${FONT}`;
  context.textBaseline = 'middle';
  const tagged = marked === undefined ? shown : shown.filter(({ index }) => index === marked);
  // Where there is no room for both, the score is left, on the colour of its class.
  const wordings = tagged.map(({ detection: { label, score } }) => [`${label}  ${score.toFixed(2)}`, score.toFixed(2)]);
  const sizeOf = (text: string) => ({ width: context.measureText(text).width + 11 * unit, height: 19 * unit });
  const tags = wordings.map(texts => texts.map(sizeOf));
  const boxes = tagged.map(({ detection: { box } }) => ({
    x: box.x1 * scale.x - unit,
    y: box.y1 * scale.y - unit,
    width: (box.x2 - box.x1) * scale.x + 2 * unit,
    height: (box.y2 - box.y1) * scale.y + 2 * unit,
  }));
  const places = placeTags(boxes, tags, context.canvas);
  for (let i = tagged.length - 1; i >= 0; i--) {
    const { detection } = tagged[i]!;
    const { x, y, wording } = places[i]!;
    const { width, height } = tags[i]![wording]!;
    context.fillStyle = css(classColour(detection.class_id));
    context.beginPath();
    context.roundRect(x, y, width, height, 3 * unit);
    context.fill();
    context.fillStyle = '#0b0d10';
    context.fillText(wordings[i]![wording]!, x + 5.5 * unit, y + height / 2 + 0.5 * unit);
  }
}
