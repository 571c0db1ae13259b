import { ProblemError } from './problem-error.ts';
import { foreignProblem } from './read-problem.ts';

/** The value of an answer that is 2xx. Rejects with `ProblemError` where it is not JSON: a sign-in page, for instance. */
export async function readJson<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ProblemError(foreignProblem(answer, text));
  }
}

/** The picture of an answer that is 2xx. Rejects with `ProblemError` where it is none. */
export async function readPicture(answer: Response): Promise<Blob> {
  const blob = await answer.blob();
  if (blob.type.startsWith('image/')) return blob;
  throw new ProblemError(foreignProblem(answer, await blob.text()));
}
