import { listModels } from '../api/client.ts';
import type { ServiceProblem } from '../api/service-problem.ts';
import type { DetectQueue } from '../state/detect-queue.ts';
import { NOTHING_MARKED } from '../state/pictures.ts';
import { refused } from '../state/refused.ts';
import type { Store } from '../state/store.ts';
import { announce } from './announce.ts';
import { byId } from './by-id.ts';
import { element } from './element.ts';
import { focusHeading } from './focus-heading.ts';

/** Asks what is served, and keeps the key that was taken. Throws `ServiceProblem`. */
export async function loadModels(store: Store, key: string | undefined): Promise<void> {
  const models = await listModels(key);
  const model = store.get().model ?? models.find(one => one.default)?.name;
  store.set({ key, models, modelsProblem: undefined, model, wantsKey: false });
}

/** The same as the page opens, and when it is tried again. A service that wants a key says so here first. */
export async function loadModelsAtStart(store: Store): Promise<void> {
  try {
    await loadModels(store, store.get().key);
  } catch (error) {
    const problem = error as ServiceProblem;
    const wantsKey = problem.code === 'unauthorized';
    store.set({ modelsProblem: wantsKey ? undefined : problem });
    if (wantsKey) refused(store);
    else announce(`The models are not known. ${problem.message}`);
  }
}

/** The name of the model, or the choice among several, or that neither is known: pictures can be sent all the same. */
export function createModelChoice(store: Store, queue: DetectQueue): void {
  const one = byId('one-model', HTMLParagraphElement);
  const choice = byId('model', HTMLSelectElement);
  const label = choice.labels[0]!;
  const none = byId('no-models', HTMLParagraphElement);
  const why = byId('no-models-why', HTMLSpanElement);
  const again = byId('models-again', HTMLButtonElement);

  again.addEventListener('click', async () => {
    await loadModelsAtStart(store);
    if (store.get().modelsProblem === undefined) focusHeading(store);
  });
  choice.addEventListener('change', () => {
    store.set({ model: choice.value, classes: new Set(), ...NOTHING_MARKED });
    queue.retryAll();
  });

  let listed: unknown;
  store.watch(({ models, model, modelsProblem }) => {
    const several = models.length > 1;
    label.hidden = !several;
    one.hidden = several || models.length === 0;
    none.hidden = modelsProblem === undefined;
    why.textContent = modelsProblem?.title ?? '';
    none.title = modelsProblem?.message ?? '';
    if (models !== listed) {
      listed = models;
      choice.replaceChildren(...models.map(({ name }) => element('option', { value: name }, name)));
      const { name, provider, labels } = models[0] ?? { name: '', labels: [] };
      one.textContent = [name, provider, `${labels.length} class${labels.length === 1 ? '' : 'es'}`]
        .filter(Boolean)
        .join(' · ');
    }
    if (model !== undefined) choice.value = model;
  });
}
