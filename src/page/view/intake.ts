import { getExample } from '../api/client.ts';
import type { ServiceProblem } from '../api/service-problem.ts';
import type { DetectQueue } from '../state/detect-queue.ts';
import { addPictures } from '../state/pictures.ts';
import type { Store } from '../state/store.ts';
import { announce } from './announce.ts';
import { byId } from './by-id.ts';
import { focusHeading } from './focus-heading.ts';
import { problemContent } from './problem-content.ts';

/** How pictures come in: chosen, dropped anywhere on the page, pasted, or an example. */
export function createIntake(store: Store, queue: DetectQueue): void {
  const input = byId('files', HTMLInputElement);
  const problem = byId('example-problem', HTMLDivElement);

  function take(files: readonly File[]): void {
    if (files.length === 0) return;
    const named = files.map((file, i) => ({ name: file.name || `pasted-${i + 1}.png`, blob: file }));
    queue.add(addPictures(store, named));
    focusHeading(store);
  }

  for (const button of document.querySelectorAll('[data-action=choose]')) {
    button.addEventListener('click', () => input.click());
  }
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    input.value = ''; // the same file can be chosen again
  });

  document.addEventListener('paste', ({ clipboardData }) => take([...(clipboardData?.files ?? [])]));

  // `dragleave` comes for every element that is left for one inside it: only leaving the window counts.
  document.addEventListener('dragover', event => {
    event.preventDefault();
    document.body.classList.add('is-dropping');
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) document.body.classList.remove('is-dropping');
  });
  document.addEventListener('drop', event => {
    event.preventDefault();
    document.body.classList.remove('is-dropping');
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) announce('That was no file; save the picture and drop the file.');
    take(files);
  });

  for (const example of document.querySelectorAll<HTMLButtonElement>('[data-example]')) {
    example.addEventListener('click', async () => {
      const name = example.dataset.example!;
      problem.hidden = true;
      let picture: Blob;
      try {
        picture = await getExample(name);
      } catch (error) {
        problem.replaceChildren(...problemContent(error as ServiceProblem));
        problem.hidden = false;
        return;
      }
      take([new File([picture], name, { type: 'image/jpeg' })]);
    });
  }
}
