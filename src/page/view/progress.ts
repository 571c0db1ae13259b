import { currentPicture } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';

/** What happens to the picture until its boxes are there. */
export function createProgress(store: Store): void {
  const frame = byId('frame', HTMLDivElement);
  const progress = byId('progress', HTMLDivElement);
  const words = byId('progress-words', HTMLSpanElement);
  const bar = byId('progress-bar', HTMLSpanElement);

  store.watch(state => {
    const status = currentPicture(state)?.status;
    const kind = status?.kind ?? 'done';
    const busy = kind === 'waiting' || kind === 'uploading' || kind === 'detecting';
    progress.hidden = !busy;
    frame.dataset.status = kind;
    frame.setAttribute('aria-busy', String(busy));
    if (status?.kind === 'uploading') {
      words.textContent = `Sending ${Math.round(100 * status.sent)} %`;
      bar.style.width = `${100 * status.sent}%`;
    } else if (kind === 'waiting') {
      words.textContent = 'Waiting for its turn';
      bar.style.width = '0';
    } else {
      words.textContent = 'Looking';
      bar.style.width = '100%';
    }
  });
}
