import { type Detection, EDGES, type Size } from '../api/answer.ts';
import { classColour, css } from '../draw/class-colour.ts';
import { placeCard } from '../draw/place-card.ts';
import { currentAnswer } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';
import { histogram } from './histogram.ts';

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

/** Beside the box, else in it, so that its edges stay in sight; over one of them only where neither has room. */
function place(card: HTMLElement, { box }: Detection, picture: Size): void {
  if (getComputedStyle(card).position !== 'absolute') {
    card.style.left = '';
    card.style.top = '';
    return;
  }
  const stage = byId('stage', HTMLDivElement).getBoundingClientRect();
  const frame = byId('frame', HTMLDivElement).getBoundingClientRect();
  const scale = frame.width / picture.width;
  const room = { width: stage.width, height: stage.height };
  const [x, y] = [frame.left - stage.left, frame.top - stage.top];
  const onStage = { x1: x + box.x1 * scale, y1: y + box.y1 * scale, x2: x + box.x2 * scale, y2: y + box.y2 * scale };
  const place = placeCard(onStage, { width: card.offsetWidth, height: card.offsetHeight }, room);
  card.style.left = `${place.x}px`;
  card.style.top = `${place.y}px`;
}
