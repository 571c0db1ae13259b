import { NOTHING_MARKED } from '../state/pictures.ts';
import { shownDetections } from '../state/scene.ts';
import type { Picture, State } from '../state/state.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';
import { keyedList } from './keyed-list.ts';

/** The pictures of this visit as small ones in a row, each with its number of boxes. */
export function createStrip(store: Store): void {
  const strip = byId('strip', HTMLUListElement);

  const list = keyedList<Picture, HTMLLIElement>(strip, {
    key: ({ id }) => String(id),
    create({ id, url, name }) {
      const image = element('img', { src: url, alt: '', loading: 'lazy', decoding: 'async' });
      image.addEventListener('error', () => image.remove());
      const button = element(
        'button',
        { type: 'button', class: 'thumbnail', title: name },
        image,
        element('span', { class: 'badge' }),
      );
      button.addEventListener('click', () => store.set({ currentId: id, live: undefined, ...NOTHING_MARKED }));
      return element('li', {}, button);
    },
    update(item, picture) {
      const state = store.get();
      const button = item.querySelector('button')!;
      const current = state.live === undefined && state.currentId === picture.id;
      button.setAttribute('aria-current', String(current));
      button.dataset.status = picture.status.kind;
      const [badge, words] = badgeOf(picture, state);
      button.querySelector('.badge')!.textContent = badge;
      button.setAttribute('aria-label', `${picture.name}, ${words}`);
    },
  });

  let currentId: number | undefined;
  store.watch(state => {
    strip.hidden = state.pictures.length < (state.live === undefined ? 2 : 1);
    list(state.pictures);
    if (state.currentId !== currentId) {
      currentId = state.currentId;
      strip.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  });
}

function badgeOf({ status }: Picture, state: State): [badge: string, words: string] {
  switch (status.kind) {
    case 'done': {
      const count = shownDetections(status.answer, state).length;
      return [String(count), `${count} box${count === 1 ? '' : 'es'}`];
    }
    case 'failed':
      return ['!', 'failed'];
    case 'waiting':
      return ['…', 'waiting'];
    case 'uploading':
    case 'detecting':
      return ['', 'on its way'];
  }
}
