import { currentAnswer, currentPicture } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';

const STAGES: Record<string, string> = {
  queue: 'Queue',
  image: 'Decode',
  tensor: 'Tensor',
  inference: 'Inference',
  gfl: 'GFL',
  nms: 'NMS',
};

/** Milliseconds of every stage of the service, and of the way there and back. */
export function createTimings(store: Store): void {
  const list = byId('timings', HTMLDListElement);
  const total = byId('total-time', HTMLSpanElement);
  const section = byId('timings-section', HTMLElement);
  let drawn: unknown;

  store.watch(state => {
    const answer = currentAnswer(state);
    const timings = answer?.timings_ms;
    section.hidden = timings === undefined;
    if (timings === undefined || timings === drawn) return;
    drawn = timings;
    const status = currentPicture(state)?.status;
    const roundTrip = state.live?.roundTripMs ?? (status?.kind === 'done' ? status.roundTripMs : 0);
    const served = timings.total ?? 0;
    const rows = Object.entries(STAGES).map(([stage, name]) => [stage, name, timings[stage] ?? 0] as const);
    const staged = rows.reduce((sum, [, , ms]) => sum + ms, 0);
    const all = [
      ...rows,
      ['other', 'HTTP', Math.max(0, served - staged)] as const,
      ['network', 'Network', Math.max(0, roundTrip - served)] as const,
    ];
    const most = Math.max(...all.map(([, , ms]) => ms), 0.01);
    list.replaceChildren(
      ...all.map(([stage, name, ms]) => {
        const bar = element('i', { class: 'bar' });
        bar.style.width = `${(100 * ms) / most}%`;
        return element(
          'div',
          { 'data-stage': stage },
          element('dt', {}, name),
          element('dd', { class: 'track' }, bar),
          element('dd', { class: 'value' }, ms.toFixed(1)),
        );
      }),
    );
    const rate = state.live?.framesPerSecond;
    total.textContent =
      rate === undefined ? `${Math.max(roundTrip, served).toFixed(0)} ms` : `${rate.toFixed(1)} pictures/s`;
  });
}
