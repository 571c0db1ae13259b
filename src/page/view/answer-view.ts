import { curlLine } from '../state/curl-line.ts';
import { formatJson } from '../state/format-json.ts';
import { currentAnswer, currentPicture, shownDetections } from '../state/scene.ts';
import { shownAnswer } from '../state/shown-answer.ts';
import type { State } from '../state/state.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { makeCopyButton } from './copy-button.ts';
import { element } from './element.ts';

const LONGEST_SHOWN = 60_000;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;

/** The JSON of what is shown, and the curl line that gives it. */
export function createAnswerView(store: Store): void {
  const details = byId('answer', HTMLDetailsElement);
  const json = byId('json', HTMLPreElement);
  const curl = byId('curl', HTMLPreElement);
  const boxes = [...details.querySelectorAll<HTMLInputElement>('input[name=include]')];

  for (const box of boxes) {
    box.addEventListener('change', () => {
      const include = new Set(boxes.filter(({ checked }) => checked).map(({ value }) => value));
      store.set({ include: include as State['include'] & Set<string> });
    });
  }
  makeCopyButton(byId('copy-curl', HTMLButtonElement), () => lineFor(store.get()));
  makeCopyButton(byId('copy-json', HTMLButtonElement), () => textFor(store.get()));

  let shownText: string | undefined;
  function render(state: State): void {
    details.hidden = currentAnswer(state) === undefined;
    if (!details.open || details.hidden) return;
    // What is the same is left alone: somebody may be selecting a part of it.
    const [line, text] = [lineFor(state), textFor(state)];
    if (curl.textContent !== line) curl.textContent = line;
    if (text !== shownText) json.replaceChildren(...coloured(text));
    shownText = text;
  }
  details.addEventListener('toggle', () => render(store.get()));
  store.watch(render);
}

function textFor(state: State): string {
  const answer = currentAnswer(state);
  return answer === undefined ? '' : formatJson(shownAnswer(answer, state));
}

function lineFor(state: State): string {
  const { threshold, classes, include, models, model, wantsKey } = state;
  const isDefault = models.find(({ name }) => name === model)?.default ?? true;
  return curlLine({
    url: new URL('detect', document.baseURI).href,
    name: currentPicture(state)?.name ?? 'frame.jpg',
    ...{ threshold, classes, include, wantsKey: wantsKey || state.key !== undefined },
    model: isDefault ? undefined : model,
    count: shownDetections(currentAnswer(state), state).length,
  });
}

/** Names, texts and numbers in their own colours. What is very long is cut here; the copy is whole. */
function coloured(text: string): Node[] {
  const parts: Node[] = [];
  const shown = text.slice(0, LONGEST_SHOWN);
  let end = 0;
  for (const match of shown.matchAll(TOKEN)) {
    const [token, string, colon] = match;
    parts.push(document.createTextNode(shown.slice(end, match.index)));
    const kind = string === undefined ? 'number' : colon === undefined ? 'text' : 'name';
    parts.push(element('span', { class: `json-${kind}` }, string ?? token), document.createTextNode(colon ?? ''));
    end = match.index + token.length;
  }
  parts.push(document.createTextNode(shown.slice(end)));
  if (text.length > shown.length) parts.push(document.createTextNode('\n… shortened here, whole when copied'));
  return parts;
}
