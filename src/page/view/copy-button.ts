import { announce } from './announce.ts';

const SHOWN_MS = 1600;

/** Makes a button copy what `text` gives at that moment, and say so. */
export function makeCopyButton(button: HTMLButtonElement, text: () => string): void {
  const label = button.querySelector<HTMLElement>('.label')!;
  const usual = [...label.childNodes];
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener('click', async () => {
    const copied = await copyText(text());
    label.textContent = copied ? 'Copied' : 'Not allowed';
    button.classList.toggle('is-done', copied);
    announce(copied ? 'Copied' : 'The browser did not allow copying');
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.replaceChildren(...usual);
      button.classList.remove('is-done');
    }, SHOWN_MS);
  });
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // over plain HTTP browsers have no clipboard object
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  const focused = document.activeElement as HTMLElement | null;
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return copied;
}
