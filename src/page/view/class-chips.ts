import { classColour, css } from '../draw/class-colour.ts';
import { type ClassCount, classCounts, currentAnswer, currentProblem } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';
import { keyedList } from './keyed-list.ts';

/** A chip for every class that is there; pressed ones are shown alone, all are while none is pressed. */
export function createClassChips(store: Store): void {
  const chips = byId('classes', HTMLDivElement);
  const all = byId('all-classes', HTMLButtonElement);
  const none = byId('no-classes', HTMLParagraphElement);

  const list = keyedList<ClassCount, HTMLButtonElement>(chips, {
    key: ({ label }) => label,
    create({ label }) {
      const chip = element(
        'button',
        { type: 'button', class: 'chip', 'data-label': label },
        element('span', { class: 'swatch' }),
        element('span', {}, label),
        element('span', { class: 'number' }),
      );
      chip.addEventListener('click', () => {
        const classes = new Set(store.get().classes);
        if (!classes.delete(label)) classes.add(label);
        store.set({ classes });
      });
      return chip;
    },
    update(chip, { label, classId, count }) {
      chip.setAttribute('aria-pressed', String(store.get().classes.has(label)));
      chip.querySelector<HTMLElement>('.swatch')!.style.background =
        classId < 0 ? 'transparent' : css(classColour(classId));
      chip.querySelector('.number')!.textContent = String(count);
    },
  });

  all.addEventListener('click', () => {
    store.set({ classes: new Set() });
    chips.querySelector('button')?.focus();
  });

  store.watch(state => {
    const answer = currentAnswer(state);
    const counts = classCounts(answer, state.threshold, state.classes);
    list(counts);
    chips.classList.toggle('has-choice', state.classes.size > 0);
    all.hidden = state.classes.size === 0;
    none.hidden = counts.length > 0;
    if (currentProblem(state) !== undefined) none.textContent = 'None, as there are no boxes.';
    else none.textContent = answer === undefined ? 'They come with the boxes.' : 'No box reaches this score.';
  });
}
