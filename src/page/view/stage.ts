import type { Size } from '../api/answer.ts';
import { drawBoxes } from '../draw/draw-boxes.ts';
import { fitInside } from '../draw/fit-inside.ts';
import { currentAnswer, currentPicture, shownDetections } from '../state/scene.ts';
import type { State } from '../state/state.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';

const MOST_SCALE = 4;
const MOST_DENSITY = 3;

/** The picture, or the camera's frame, with the boxes over it. */
export function createStage(store: Store): void {
  const stage = byId('stage', HTMLDivElement);
  const frame = byId('frame', HTMLDivElement);
  const image = byId('picture', HTMLImageElement);
  const live = byId('live', HTMLCanvasElement);
  const overlay = byId('overlay', HTMLCanvasElement);
  const context = overlay.getContext('2d')!;
  let shownUrl: string | undefined;
  let drawnAnswer: unknown;

  function sizeOf(state: State): Size | undefined {
    if (state.live !== undefined) return state.live.frame;
    const answered = currentAnswer(state)?.image;
    if (answered !== undefined) return answered;
    return image.naturalWidth > 0 ? { width: image.naturalWidth, height: image.naturalHeight } : undefined;
  }

  function render(state: State): void {
    const picture = currentPicture(state);
    showImage(picture?.url, picture?.name);
    live.hidden = state.live === undefined;
    image.hidden = picture === undefined;
    if (state.live !== undefined) copy(state.live.frame, live);

    const size = sizeOf(state);
    const answer = currentAnswer(state);
    frame.classList.toggle('is-empty', size === undefined);
    if (size === undefined) return;
    const fitted = fitInside(size, roomOf(stage), MOST_SCALE);
    frame.style.width = `${fitted.width}px`;
    frame.style.height = `${fitted.height}px`;

    const density = Math.min(window.devicePixelRatio, MOST_DENSITY);
    overlay.width = Math.round(fitted.width * density);
    overlay.height = Math.round(fitted.height * density);
    const { bands, marked } = state;
    if (answer !== undefined) {
      drawBoxes(context, {
        ...{ picture: answer.image, shown: shownDetections(answer, state), bands, marked, unit: density },
      });
    }
    // Boxes of another answer appear softly; those that the slider or a chip brings are there at once.
    if (answer !== drawnAnswer && state.live === undefined) restartAnimation(overlay);
    drawnAnswer = answer;
  }

  function showImage(url: string | undefined, name = ''): void {
    if (url === shownUrl) return;
    shownUrl = url;
    image.classList.remove('is-unreadable');
    if (url === undefined) image.removeAttribute('src');
    else image.src = url;
    image.alt = name;
  }

  // All that is drawn or placed over the picture goes with it, so these are told through the store.
  const tell = () => store.set({});
  image.addEventListener('load', tell);
  // A format that the service reads and this browser does not, or a broken file: the service decides.
  image.addEventListener('error', () => {
    image.classList.add('is-unreadable');
    tell();
  });
  new ResizeObserver(tell).observe(stage);
  void document.fonts.ready.then(tell);
  store.watch(render);
}

/** The stage without its padding, and no higher than the window has room for. */
function roomOf(stage: HTMLElement): Size {
  const { paddingLeft, paddingRight, paddingTop, paddingBottom, maxHeight } = getComputedStyle(stage);
  const most = Number.parseFloat(maxHeight);
  const height = Number.isFinite(most) ? most : stage.clientHeight;
  return {
    width: Math.max(1, stage.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)),
    height: Math.max(1, height - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom)),
  };
}

function copy(from: HTMLCanvasElement, to: HTMLCanvasElement): void {
  if (to.width !== from.width) to.width = from.width;
  if (to.height !== from.height) to.height = from.height;
  to.getContext('2d')!.drawImage(from, 0, 0);
}

function restartAnimation(of: HTMLElement): void {
  of.classList.remove('appears');
  void of.offsetWidth; // the browser forgets the animation only when it lays out without it
  of.classList.add('appears');
}
