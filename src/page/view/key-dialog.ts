import { storeKey } from '../api/api-key.ts';
import type { DetectQueue } from '../state/detect-queue.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { loadModels } from './models.ts';

/** Asks for an API key when the service wants one. */
export function createKeyDialog(store: Store, queue: DetectQueue): void {
  const dialog = byId('key-dialog', HTMLDialogElement);
  const form = dialog.querySelector('form')!;
  const input = byId('key', HTMLInputElement);
  const wrong = byId('key-wrong', HTMLParagraphElement);
  const open = byId('open-key', HTMLButtonElement);

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const key = input.value.trim();
    if (key === '') return;
    store.set({ key, wantsKey: false });
    await loadModels(store);
    wrong.hidden = !store.get().wantsKey;
    if (store.get().wantsKey) {
      input.select();
      return;
    }
    storeKey(key);
    dialog.close();
    queue.retryUnauthorized();
  });
  byId('close-key', HTMLButtonElement).addEventListener('click', () => dialog.close());
  open.addEventListener('click', () => dialog.showModal());

  let answered = 0;
  store.watch(({ wantsKey, key, refusals }) => {
    open.hidden = !wantsKey && key === undefined;
    // A link cannot send the key that /docs wants as well.
    byId('reference', HTMLAnchorElement).hidden = !open.hidden;
    open.classList.toggle('is-wanted', wantsKey);
    if (refusals > answered && !dialog.open) dialog.showModal();
    answered = refusals;
  });
}
