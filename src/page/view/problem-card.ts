import type { ServiceProblem } from '../api/service-problem.ts';
import type { DetectQueue } from '../state/detect-queue.ts';
import { currentPicture, currentProblem } from '../state/scene.ts';
import type { State } from '../state/state.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import type { Camera } from './camera.ts';
import { element } from './element.ts';
import { focusHeading } from './focus-heading.ts';
import { problemContent } from './problem-content.ts';

/** Codes that another try of the same picture cannot change. */
const FINAL = [
  'unsupported_media_type',
  'unprocessable_image',
  'payload_too_large',
  'invalid_request',
  'empty_file',
  'unreadable_file',
];

/** Why there are no boxes, in the service's own words, and what helps. */
export function createProblemCard(store: Store, queue: DetectQueue, camera: Camera): void {
  const card = byId('problem', HTMLDivElement);
  let shown: ServiceProblem | undefined;

  store.watch(state => {
    const problem = currentProblem(state);
    card.hidden = problem === undefined;
    byId('frame', HTMLDivElement).classList.toggle('has-problem', problem !== undefined);
    const isSame = problem === shown || (state.live !== undefined && isAlike(problem, shown));
    if (isSame) return;
    shown = problem;
    card.replaceChildren(...(problem === undefined ? [] : problemContent(problem, retryOf(state, problem))));
  });

  function retryOf(state: State, { code }: ServiceProblem): HTMLButtonElement | undefined {
    const picture = currentPicture(state);
    if (code === 'camera') return tryAgain(() => camera.start());
    if (picture === undefined || FINAL.includes(code)) return undefined;
    return tryAgain(() => {
      queue.add([picture.id]);
      focusHeading(store);
    });
  }
}

function tryAgain(run: () => void): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'button' }, 'Try again');
  button.addEventListener('click', run);
  return button;
}

/** The camera meets the same problem with every frame: an alert says it once, and its request id can be copied. */
function isAlike(a: ServiceProblem | undefined, b: ServiceProblem | undefined): boolean {
  return a?.code === b?.code && a?.message === b?.message;
}
