import { type Detection, EDGES, type Size } from '../api/answer.ts';
import { classColour, css } from '../draw/class-colour.ts';
import { currentAnswer } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';
import { histogram } from './histogram.ts';

const GAP = 14;

/** The card with the four edge distributions of the marked box: beside the box, or below the picture on a narrow screen. */
export function createEdgeCard(store: Store): void {
  const card = byId('edge-card', HTMLElement);
  let drawn: Detection | undefined;

  store.watch(state => {
    const answer = currentAnswer(state);
    const detection = state.marked === undefined ? undefined : answer?.detections[state.marked];
    card.hidden = detection === undefined;
    card.classList.toggle('is-pinned', state.pinned);
    if (detection === undefined || answer === undefined) {
      drawn = undefined;
      return;
    }
    if (detection !== drawn) card.replaceChildren(...content(detection));
    drawn = detection;
    place(card, detection, answer.image);
  });
}

function content(detection: Detection): Node[] {
  const { label, score, class_id: classId, box } = detection;
  const swatch = element('span', { class: 'swatch' });
  swatch.style.background = css(classColour(classId));
  const size = `${Math.round(box.x2 - box.x1)} × ${Math.round(box.y2 - box.y1)} px`;
  const head = element(
    'header',
    {},
    swatch,
    element('strong', {}, label),
    element('span', { class: 'value' }, score.toFixed(3)),
    element('span', { class: 'soft' }, size),
  );
  const plots = EDGES.map(edge => histogram(detection, edge)).filter(plot => plot !== undefined);
  if (plots.length === 0) {
    return [head, element('p', { class: 'soft' }, 'This model gives no distribution of its edges.')];
  }
  return [head, element('div', { class: 'histograms' }, ...plots)];
}

/** Beside the box where the stage has room, else over its other half; the box's own edges stay in sight where they can. */
function place(card: HTMLElement, { box }: Detection, picture: Size): void {
  if (getComputedStyle(card).position !== 'absolute') {
    card.style.left = '';
    card.style.top = '';
    return;
  }
  const stage = byId('stage', HTMLDivElement).getBoundingClientRect();
  const frame = byId('frame', HTMLDivElement).getBoundingClientRect();
  const scale = frame.width / picture.width;
  const left = frame.left - stage.left + box.x1 * scale;
  const right = frame.left - stage.left + box.x2 * scale;
  const { offsetWidth: width, offsetHeight: height } = card;
  const rightRoom = stage.width - right;
  const x = rightRoom >= width + 2 * GAP || rightRoom >= left ? right + GAP : left - GAP - width;
  const middle = frame.top - stage.top + ((box.y1 + box.y2) / 2) * scale;
  card.style.left = `${Math.max(GAP, Math.min(x, stage.width - width - GAP))}px`;
  card.style.top = `${Math.max(GAP, Math.min(middle - height / 2, stage.height - height - GAP))}px`;
}
