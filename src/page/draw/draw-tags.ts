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

/** Label and score of every box, dark on the colour of the class, so that it reads on any picture. */
export function drawTags(context: CanvasRenderingContext2D, { shown, marked, unit, scale }: TagScene): void {
  context.font = `600 ${12 * unit}px ${FONT}`;
  context.textBaseline = 'middle';
  const texts = shown.map(({ detection }) => `${detection.label}  ${detection.score.toFixed(2)}`);
  const tags = texts.map(text => ({ width: context.measureText(text).width + 11 * unit, height: 19 * unit }));
  const boxes = shown.map(({ detection: { box } }) => ({
    x: box.x1 * scale.x - unit,
    y: box.y1 * scale.y - unit,
    width: (box.x2 - box.x1) * scale.x + 2 * unit,
    height: (box.y2 - box.y1) * scale.y + 2 * unit,
  }));
  const places = placeTags(boxes, tags, context.canvas);
  for (const [i, { index, detection }] of shown.entries()) {
    if (marked !== undefined && marked !== index) continue;
    const { x, y } = places[i]!;
    const { width, height } = tags[i]!;
    context.fillStyle = css(classColour(detection.class_id));
    context.beginPath();
    context.roundRect(x, y, width, height, 3 * unit);
    context.fill();
    context.fillStyle = '#0b0d10';
    context.fillText(texts[i]!, x + 5.5 * unit, y + height / 2 + 0.5 * unit);
  }
}
