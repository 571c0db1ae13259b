import { byId } from './by-id.ts';

const PAUSE_MS = 400;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says a sentence to those who listen to the page; only the last of several in a row. */
export function announce(sentence: string): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    byId('announcer', HTMLParagraphElement).textContent = sentence;
  }, PAUSE_MS);
}
