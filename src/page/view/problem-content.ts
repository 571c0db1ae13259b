import { adviceFor } from '../api/advice.ts';
import type { ServiceProblem } from '../api/service-problem.ts';
import { element } from './element.ts';

/** What a card says of a problem: the service's own words, what helps, the button that tries again, and the facts. */
export function problemContent(problem: ServiceProblem, retry?: HTMLButtonElement): Node[] {
  const { title, message, code, requestId, status } = problem;
  const advice = adviceFor(problem);
  const facts = [status > 0 ? `HTTP ${status}` : undefined, code, requestId && `request ${requestId}`];
  return [
    element('h2', {}, title),
    element('p', { class: 'detail' }, message),
    ...(advice === '' ? [] : [element('p', {}, advice)]),
    ...(retry === undefined ? [] : [retry]),
    element('p', { class: 'facts' }, facts.filter(fact => fact !== undefined).join(' · ')),
  ];
}
