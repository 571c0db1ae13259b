import { type Detection, EDGES, type Size } from '../api/answer.ts';
import { classColour, css } from '../draw/class-colour.ts';
import { NOTHING_MARKED } from '../state/pictures.ts';
import { currentAnswer, type ShownDetection, shownDetections } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';
import { keyedList } from './keyed-list.ts';

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * One invisible button over each box: what a pointer, a finger or the keyboard reaches. The layer is one stop of the Tab key, its
 * arrows go from box to box.
 */
export function createBoxLayer(store: Store): void {
  const layer = byId('boxes', HTMLDivElement);
  let shown: readonly ShownDetection[] = [];
  let size: Size = { width: 1, height: 1 };

  function create({ index }: ShownDetection): HTMLButtonElement {
    const button = element('button', { type: 'button', class: 'box', 'data-index': index });
    button.addEventListener('pointerenter', ({ pointerType }) => {
      if (pointerType !== 'touch' && !store.get().pinned) store.set({ marked: index });
    });
    button.addEventListener('pointerleave', () => {
      if (!store.get().pinned && document.activeElement !== button) store.set(NOTHING_MARKED);
    });
    button.addEventListener('focus', () => {
      if (button.matches(':focus-visible')) store.set({ marked: index, pinned: false });
    });
    button.addEventListener('blur', () => {
      if (!store.get().pinned) store.set(NOTHING_MARKED);
    });
    button.addEventListener('click', event => {
      event.stopPropagation();
      const { marked, pinned } = store.get();
      store.set(pinned && marked === index ? NOTHING_MARKED : { marked: index, pinned: true });
    });
    return button;
  }

  function update(button: HTMLButtonElement, { index, detection }: ShownDetection): void {
    const { x1, y1, x2, y2 } = detection.box;
    button.dataset.index = String(index);
    button.setAttribute('aria-label', describe(detection));
    button.setAttribute('aria-pressed', String(store.get().marked === index));
    button.style.left = percent(x1 / size.width);
    button.style.top = percent(y1 / size.height);
    button.style.width = percent((x2 - x1) / size.width);
    button.style.height = percent((y2 - y1) / size.height);
    button.style.setProperty('--class', css(classColour(detection.class_id)));
    // Small boxes lie on top of the large ones around them, or no pointer could reach them.
    const area = ((x2 - x1) * (y2 - y1)) / (size.width * size.height);
    button.style.zIndex = String(Math.max(1, 1000 - Math.round(1000 * Math.sqrt(Math.min(1, Math.max(0, area))))));
  }

  const list = keyedList<ShownDetection, HTMLButtonElement>(layer, {
    key: ({ index }) => String(index),
    create,
    update,
  });

  layer.addEventListener('keydown', event => {
    const step = STEPS[event.key];
    if (step === undefined && event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    const buttons = [...layer.querySelectorAll<HTMLButtonElement>('.box')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? -1 : (at + step! + buttons.length) % buttons.length;
    buttons.at(to)?.focus();
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && store.get().marked !== undefined) store.set(NOTHING_MARKED);
  });
  byId('stage', HTMLDivElement).addEventListener('click', () => store.set(NOTHING_MARKED));

  store.watch(state => {
    const answer = currentAnswer(state);
    size = answer?.image ?? size;
    shown = shownDetections(answer, state);
    list(shown);
    const stop = shown.some(({ index }) => index === state.marked) ? state.marked : shown[0]?.index;
    for (const button of layer.querySelectorAll<HTMLButtonElement>('.box')) {
      button.tabIndex = Number(button.dataset.index) === stop ? 0 : -1;
    }
    layer.setAttribute('aria-label', `Boxes: ${shown.length}. Arrow keys go from one to the next.`);
  });
}

/** What a person who does not see the picture is told of a box. */
function describe({ label, score, box, uncertainty }: Detection): string {
  const corners = { left: box.x1, top: box.y1, right: box.x2, bottom: box.y2 };
  const edges = EDGES.map(edge => {
    const sigma = uncertainty === undefined ? '' : ` give or take ${Math.round(uncertainty[edge])}`;
    return `${edge} ${Math.round(corners[edge])}${sigma}`;
  });
  return `${label}, score ${score.toFixed(2)}, ${edges.join(', ')} pixels`;
}

function percent(fraction: number): string {
  return `${100 * fraction}%`;
}
