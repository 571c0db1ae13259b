import type { Answer } from '../api/answer.ts';
import { shownDetections } from './scene.ts';
import type { State } from './state.ts';

/** What the service answers to the curl line: the shown detections, with only what was asked for beside them. */
export function shownAnswer(answer: Answer, state: Pick<State, 'threshold' | 'classes' | 'include'>): Answer {
  const { timings_ms, ...rest } = answer;
  const detections = shownDetections(answer, state).map(({ detection }) => {
    const { distribution, ...plain } = detection;
    return state.include.has('distribution') && distribution ? { ...plain, distribution } : plain;
  });
  return { ...rest, detections, ...(state.include.has('timings') && timings_ms && { timings_ms }) };
}
