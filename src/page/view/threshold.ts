import { classColour, css } from '../draw/class-colour.ts';
import { currentAnswer, currentProblem, shownDetections } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { announce } from './announce.ts';
import { byId } from './by-id.ts';
import { svgElement } from './element.ts';

/** The slider of the score threshold, with a tick for every box where its score lies. */
export function createThreshold(store: Store): void {
  const slider = byId('threshold', HTMLInputElement);
  const output = byId('threshold-value', HTMLOutputElement);
  const count = byId('count', HTMLParagraphElement);
  const rug = document.getElementById('rug')!;
  const [min, max] = [Number(slider.min), Number(slider.max)];

  slider.addEventListener('input', () => store.set({ threshold: Number(slider.value) }));

  let ruggedAnswer: unknown;
  let said: { answer: unknown; sentence: string } | undefined;
  store.watch(state => {
    const { threshold } = state;
    slider.value = String(threshold);
    slider.style.setProperty('--filled', `${(100 * (threshold - min)) / (max - min)}%`);
    output.value = threshold.toFixed(2);

    const answer = currentAnswer(state);
    const shown = shownDetections(answer, state);
    const all = answer?.detections ?? [];
    const hidden = all.length - shown.length;
    count.textContent =
      answer === undefined
        ? `No boxes${currentProblem(state) === undefined ? ' yet' : ''}`
        : `${shown.length} of ${all.length} box${all.length === 1 ? '' : 'es'}`;
    count.title = `${hidden} hidden; the service was asked for every box with a score of ${min} or more.`;

    if (answer !== ruggedAnswer) {
      rug.replaceChildren(
        ...all.map(({ score, class_id: classId }) => {
          const x = 100 * Math.max(0, Math.min(1, (score - min) / (max - min)));
          const tick = svgElement('line', { x1: x, x2: x, y1: 0, y2: 10 });
          tick.style.stroke = css(classColour(classId));
          return tick;
        }),
      );
      ruggedAnswer = answer;
    }
    const shownIndices = new Set(shown.map(({ index }) => index));
    for (const [i, tick] of [...rug.children].entries()) tick.classList.toggle('is-hidden', !shownIndices.has(i));
    if (answer === undefined || state.live !== undefined) return;
    const sentence = summary(shown.map(({ detection }) => detection.label));
    // Whatever else changes is no reason to say it again, or to keep another sentence from being said.
    if (said?.answer === answer && said.sentence === sentence) return;
    said = { answer, sentence };
    announce(sentence);
  });
}

/** "3 boxes: 2 person, 1 dog". */
function summary(labels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const parts = [...counts].map(([label, number]) => `${number} ${label}`);
  return `${labels.length} box${labels.length === 1 ? '' : 'es'} shown${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}
