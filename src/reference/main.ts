import { isKey, NO_KEY, storedKey, storeKey } from '../page/api/api-key.ts';
import type { ServiceProblem } from '../page/api/service-problem.ts';
import { loadDescription } from './load-description.ts';
import { type Description, toTry } from './to-try.ts';

/** Starts the Swagger UI at /docs, after asking for a key where the service wants one. `npm run build` bundles it. */

declare const SwaggerUIBundle: (options: Record<string, unknown>) => SwaggerUI;

interface SwaggerUI {
  preauthorizeApiKey(scheme: string, key: string): void;
}

// This script is docs/static/initialize.js, whatever path of a proxy leads there.
const root = new URL('../..', (document.currentScript as HTMLScriptElement).src);
const gate = document.querySelector<HTMLElement>('#gate')!;
const form = gate.querySelector('form')!;
const input = form.querySelector('input')!;
const wrong = gate.querySelector<HTMLElement>('[role=alert]')!;

/** No validator: it would be asked elsewhere. */
function show(description: Description, key: string | undefined): void {
  const spec = toTry(description, root);
  const ui = SwaggerUIBundle({
    ...{ dom_id: '#swagger-ui', spec, validatorUrl: null, deepLinking: true },
    onComplete: () => {
      if (key !== undefined) ui.preauthorizeApiKey('apiKey', key);
    },
  });
}

function refuse(sentence: string): void {
  wrong.textContent = sentence;
}

/** `isNew`: whether the visitor has just written the key, and is told when it is wrong. */
async function open(key: string | undefined, isNew: boolean): Promise<void> {
  let description: Description;
  try {
    description = await loadDescription(root, key);
  } catch (error) {
    const { code, message } = error as ServiceProblem;
    const wantsKey = code === 'unauthorized';
    if (isNew || !wantsKey) refuse(message);
    form.hidden = !isNew && !wantsKey;
    gate.hidden = false;
    input.select();
    return;
  }
  if (isNew && key !== undefined) storeKey(key);
  gate.hidden = true;
  show(description, key);
}

form.addEventListener('submit', event => {
  event.preventDefault();
  const key = input.value.trim();
  if (isKey(key)) void open(key, true);
  else refuse(NO_KEY);
});

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const followDark = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followDark);
followDark();

void open(storedKey(), false);
