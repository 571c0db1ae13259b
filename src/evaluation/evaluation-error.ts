/** What keeps an evaluation from being made. `message` is a sentence for the user that says the way out. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}
