import type { Answer, Detection } from '../api/answer.ts';
import type { ServiceProblem } from '../api/service-problem.ts';
import type { Picture, State } from './state.ts';

export interface ShownDetection {
  /** In the answer. */
  readonly index: number;
  readonly detection: Detection;
}

/** The picture that is looked at; undefined while the camera runs. */
export function currentPicture({ pictures, currentId, live }: State): Picture | undefined {
  return live === undefined ? pictures.find(({ id }) => id === currentId) : undefined;
}

export function currentAnswer(state: State): Answer | undefined {
  if (state.live !== undefined) return state.live.answer;
  const status = currentPicture(state)?.status;
  return status?.kind === 'done' ? status.answer : undefined;
}

/** Why there is no answer. */
export function currentProblem(state: State): ServiceProblem | undefined {
  if (state.live !== undefined) return state.live.problem;
  const status = currentPicture(state)?.status;
  return status?.kind === 'failed' ? status.problem : undefined;
}

/** What the threshold and the chips leave of an answer, highest score first. */
export function shownDetections(
  answer: Answer | undefined,
  { threshold, classes }: Pick<State, 'threshold' | 'classes'>,
): ShownDetection[] {
  return aboveThreshold(answer, threshold).filter(
    ({ detection }) => classes.size === 0 || classes.has(detection.label),
  );
}

function aboveThreshold(answer: Answer | undefined, threshold: number): ShownDetection[] {
  return (answer?.detections ?? [])
    .map((detection, index) => ({ index, detection }))
    .filter(({ detection }) => detection.score >= threshold);
}

export interface ClassCount {
  readonly label: string;
  readonly classId: number;
  /** Boxes at or above the threshold. */
  readonly count: number;
}

/** The classes above the threshold, most boxes first and best score next, then those that were chosen and have none here. */
export function classCounts(answer: Answer | undefined, threshold: number, chosen: ReadonlySet<string>): ClassCount[] {
  const counts = new Map<string, { label: string; classId: number; count: number }>();
  for (const { detection } of aboveThreshold(answer, threshold)) {
    const { label, class_id: classId } = detection;
    const known = counts.get(label) ?? { label, classId, count: 0 };
    known.count += 1;
    counts.set(label, known);
  }
  const found = [...counts.values()].sort((a, b) => b.count - a.count);
  const missing = [...chosen].filter(label => !counts.has(label));
  return [...found, ...missing.map(label => ({ label, classId: -1, count: 0 }))];
}
