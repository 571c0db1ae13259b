import { ANNOTATED_FORMATS, type AnnotatedFormat } from '../detector/contract.ts';
import { ServiceError } from '../errors.ts';
import { negotiate } from './negotiate.ts';

/** What `POST /detect` can answer with; the first where it is all the same to the client. */
export const ANSWER_TYPES = ['application/json', 'image/jpeg', 'image/png', 'image/webp'] as const;
export type AnswerType = (typeof ANSWER_TYPES)[number];

/** What Java's HttpURLConnection sends where its caller sets nothing (JDK to 17, and its later releases): no wish for a picture. */
const UNSET_IN_JAVA = ['text/html,image/gif,image/jpeg,*;q=.2,*/*;q=.2', 'text/html,image/gif,image/jpeg,*/*;q=0.2'];

/** What `Accept` asks for. Throws `invalid_request` when that is nothing we have: the contract's table knows no 406. */
export function answerType(accept: string | undefined): AnswerType {
  const isUnset = UNSET_IN_JAVA.includes(accept?.replaceAll(' ', '') ?? '');
  const type = negotiate(isUnset ? undefined : accept, ANSWER_TYPES);
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
