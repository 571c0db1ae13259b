import type { WireAnswer } from '../../fuzz/read-answer.ts';
import type { Refusal } from '../../test/support/asking-forms.ts';

/** What may come back beside a refusal that the state of the service explains. */
export type Expected = 'known' | 'anything' | 'refusal' | 'ok';

/** One request and what became of it; moments are those of clock.ts. */
export interface Exchange {
  id: string;
  /** For people: what was asked, and how the client behaved. */
  what: string;
  expected: Expected;
  /** When its first byte was sent, and its last one. */
  begunAt: number;
  sentAt: number;
  /** When the answer was whole, or the client knew that there is none. */
  endedAt: number;
  status?: number;
  /** Sentence and headers of a refusal. */
  detail?: string;
  retryAfter?: string;
  /** Pictures of an answer with 200 that were refused. */
  refusals: readonly Refusal[];
  /** What is wrong with the answer, whatever goes on. */
  flaws: readonly string[];
  /** The client went before it had its answer. */
  left: boolean;
  /** It was read late on purpose. */
  readLate: boolean;
  /** Its body took so long on purpose. */
  slowBody: boolean;
  /** Its line in the log is of level debug, or none is told by its name. */
  unlogged: boolean;
  /** A picture of it is not its own. */
  shared: boolean;
  pictures: number;
}

/** The sentence of a problem, if it is one. */
export function detailOf({ body }: WireAnswer): string {
  try {
    const { detail, error } = JSON.parse(body.toString()) as { detail?: string; error?: string };
    return detail ?? error ?? '';
  } catch {
    return '';
  }
}
