import { removePicture } from '../state/pictures.ts';
import { currentAnswer, currentPicture } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { focusHeading } from './focus-heading.ts';

/** Which half of the page is there, what the picture is called, and the switch of the bands. */
export function createLayout(store: Store): void {
  const title = byId('title', HTMLHeadingElement);
  const about = byId('about', HTMLParagraphElement);
  const bands = byId('bands', HTMLInputElement);
  const remove = byId('remove', HTMLButtonElement);

  bands.addEventListener('change', () => store.set({ bands: bands.checked }));
  remove.addEventListener('click', () => {
    const picture = currentPicture(store.get());
    if (picture !== undefined) removePicture(store, picture.id);
    focusHeading(store);
  });

  store.watch(state => {
    const { live, pictures } = state;
    const busy = live !== undefined || pictures.length > 0;
    byId('welcome', HTMLElement).hidden = busy;
    byId('work', HTMLElement).hidden = !busy;
    document.body.classList.toggle('is-live', live !== undefined);

    const picture = currentPicture(state);
    const answer = currentAnswer(state);
    title.textContent = live === undefined ? (picture?.name ?? '') : 'Camera';
    about.textContent = answer === undefined ? '' : `${answer.image.width} × ${answer.image.height}`;
    bands.checked = state.bands;
    remove.hidden = live !== undefined;
  });
}
