import { ANNOTATED_FORMATS, type AnnotatedFormat } from '../detector/index.ts';
import { ServiceError } from '../errors.ts';
import { negotiate } from './negotiate.ts';

/** What `POST /detect` can answer with; the first where it is all the same to the client. */
export const ANSWER_TYPES = ['application/json', 'image/jpeg', 'image/png', 'image/webp'] as const;
export type AnswerType = (typeof ANSWER_TYPES)[number];

/** What `Accept` asks for. Throws `invalid_request` when that is nothing we have: the contract's table knows no 406. */
export function answerType(accept: string | undefined): AnswerType {
  const type = negotiate(accept, ANSWER_TYPES);
  if (type !== undefined) return type;
  throw new ServiceError(
    'invalid_request',
    `The Accept header takes none of what this gives: ${ANSWER_TYPES.join(', ')}.`,
  );
}

/** Undefined: the answer is JSON. */
export function annotatedFormat(type: AnswerType): AnnotatedFormat | undefined {
  return ANNOTATED_FORMATS.find(format => type === `image/${format}`);
}
