import { drawBoxes } from '../draw/draw-boxes.ts';
import { currentAnswer, currentPicture, shownDetections } from '../state/scene.ts';
import type { Store } from '../state/store.ts';
import { announce } from './announce.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';

const QUALITY = 0.92;
/** A picture of this many pixels on its shorter side has lines and text as wide as on the page. */
const PAGE_SIDE = 640;
/** Some browsers give no canvas larger than 16 megapixels: then half the size, and again. */
const SMALLEST_SCALE = 1 / 8;

/** The button that saves the picture as it is shown, boxes, bands and all, in the picture's own size. */
export function createDownload(store: Store): void {
  const button = byId('download', HTMLButtonElement);
  button.addEventListener('click', async () => {
    const state = store.get();
    const picture = currentPicture(state);
    const source = state.live?.frame ?? byId('picture', HTMLImageElement);
    const answer = currentAnswer(state);
    if (answer === undefined) return;
    const type = picture?.blob.type === 'image/png' ? 'image/png' : 'image/jpeg';
    for (let scale = 1; scale >= SMALLEST_SCALE; scale /= 2) {
      const canvas = document.createElement('canvas');
      canvas.width = Math.max(1, Math.round(answer.image.width * scale));
      canvas.height = Math.max(1, Math.round(answer.image.height * scale));
      const context = canvas.getContext('2d')!;
      if (type === 'image/jpeg') {
        context.fillStyle = '#fff'; // what a transparent picture lies on in the detector, too
        context.fillRect(0, 0, canvas.width, canvas.height);
      }
      context.drawImage(source, 0, 0, canvas.width, canvas.height);
      drawBoxes(context, {
        ...{ picture: answer.image, shown: shownDetections(answer, state), bands: state.bands, marked: state.marked },
        unit: Math.max(1, Math.min(canvas.width, canvas.height) / PAGE_SIDE),
      });
      const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, type, QUALITY));
      if (blob !== null) {
        const stem = (picture?.name ?? 'camera.jpg').replace(/\.[^.]*$/, '');
        save(blob, `${stem}-boxes.${type === 'image/png' ? 'png' : 'jpg'}`);
        return;
      }
    }
    announce('This browser cannot write a picture of that size.');
  });
  store.watch(state => {
    const image = byId('picture', HTMLImageElement);
    // What has not come yet would be saved as boxes on nothing.
    const isThere = state.live !== undefined || (image.complete && !image.classList.contains('is-unreadable'));
    button.disabled = currentAnswer(state) === undefined || !isThere;
  });
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
