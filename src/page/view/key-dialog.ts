import { isKey, NO_KEY, storeKey } from '../api/api-key.ts';
import type { ServiceProblem } from '../api/service-problem.ts';
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

  function refuse(sentence: string): void {
    wrong.textContent = sentence;
    wrong.hidden = false;
    input.select();
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const key = input.value.trim();
    if (!isKey(key)) {
      refuse(NO_KEY);
      return;
    }
    try {
      await loadModels(store, key);
    } catch (error) {
      refuse((error as ServiceProblem).message);
      return;
    }
    storeKey(key);
    dialog.close();
    queue.retryUnauthorized();
  });
  byId('close-key', HTMLButtonElement).addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    wrong.hidden = true;
  });
  open.addEventListener('click', () => dialog.showModal());

  let answered = 0;
  store.watch(({ wantsKey, key, refusals }) => {
    open.hidden = !wantsKey && key === undefined;
    open.classList.toggle('is-wanted', wantsKey);
    if (refusals > answered && !dialog.open) dialog.showModal();
    answered = refusals;
  });
}
