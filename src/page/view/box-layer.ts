import { type Box, type Detection, EDGES, type Size } from '../api/answer.ts';
import { boxesAt } from '../draw/boxes-at.ts';
import { NOTHING_MARKED } from '../state/pictures.ts';
import { currentAnswer, type ShownDetection, shownDetections } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';
import { keyedList } from './keyed-list.ts';

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * One invisible button over each box, for the keyboard and for those who listen: the layer is one stop of the Tab key, its arrows go
 * from box to box. A pointer marks the box whose edge it touches, else the smallest that it is in; clicks go through those beneath.
 */
export function createBoxLayer(store: Store): void {
  const layer = byId('boxes', HTMLDivElement);
  let shown: readonly ShownDetection[] = [];
  let size: Size = { width: 1, height: 1 };

  function create({ index }: ShownDetection): HTMLButtonElement {
    const button = element('button', { type: 'button', class: 'box', 'data-index': index });
    button.addEventListener('focus', () => {
      if (button.matches(':focus-visible')) store.set({ marked: index, pinned: false });
    });
    button.addEventListener('blur', () => {
      if (!store.get().pinned) store.set(NOTHING_MARKED);
    });
    return button;
  }

  function update(button: HTMLButtonElement, { index, detection }: ShownDetection): void {
    const { x1, y1, x2, y2 } = detection.box;
    button.setAttribute('aria-label', describe(detection));
    button.setAttribute('aria-pressed', String(store.get().marked === index));
    button.style.left = percent(x1 / size.width);
    button.style.top = percent(y1 / size.height);
    button.style.width = percent((x2 - x1) / size.width);
    button.style.height = percent((y2 - y1) / size.height);
  }

  /** Indices of the boxes under a pointer, the likeliest first. */
  function under({ clientX, clientY }: MouseEvent): number[] {
    const frame = layer.getBoundingClientRect();
    const scale = frame.width / size.width;
    const onPage = shown.map(({ detection }) => scaled(detection.box, scale));
    const found = boxesAt({ x: clientX - frame.left, y: clientY - frame.top }, onPage);
    return found.map(at => shown[at]!.index);
  }

  layer.addEventListener('pointermove', event => {
    const { pinned, marked } = store.get();
    if (event.pointerType === 'touch' || pinned) return;
    const over = under(event)[0];
    if (over !== marked) store.set({ marked: over });
  });
  layer.addEventListener('pointerleave', () => {
    if (!store.get().pinned && !layer.contains(document.activeElement)) store.set(NOTHING_MARKED);
  });
  layer.addEventListener('click', event => {
    event.stopPropagation();
    const { marked, pinned } = store.get();
    // The keyboard clicks the box that it is on; it has no place on the page.
    const byKey = event.detail === 0 && event.target instanceof HTMLElement ? event.target.dataset.index : undefined;
    const found = byKey === undefined ? under(event) : [Number(byKey)];
    const next = pinned && marked !== undefined ? found[found.indexOf(marked) + 1] : found[0];
    store.set(next === undefined ? NOTHING_MARKED : { marked: next, pinned: true });
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

  const list = keyedList<ShownDetection, HTMLButtonElement>(layer, {
    key: ({ index }) => String(index),
    create,
    update,
  });
  store.watch(state => {
    const answer = currentAnswer(state);
    size = answer?.image ?? size;
    shown = shownDetections(answer, state);
    list(shown);
    // What the slider, a chip or another answer took away stands out no more: all others would stay dim beside nothing.
    const isShown = shown.some(({ index }) => index === state.marked);
    if (answer !== undefined && state.marked !== undefined && !isShown) store.set(NOTHING_MARKED);
    const stop = isShown ? state.marked : shown[0]?.index;
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

function scaled({ x1, y1, x2, y2 }: Box, scale: number): Box {
  return { x1: x1 * scale, y1: y1 * scale, x2: x2 * scale, y2: y2 * scale };
}

function percent(fraction: number): string {
  return `${100 * fraction}%`;
}
