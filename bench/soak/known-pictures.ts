import { lastingPart } from '../lasting-part.ts';
import type { SoakRequest } from './soak-requests.ts';

export interface KnownAnswers {
  /** Answers that were compared with the first one of their picture. */
  asked: number;
  /** Those that were another, or none: one sentence each. */
  changed: string[];
}

const MOST = 20;

/**
 * Pictures that are asked again and again: the first answers are what is known, and every later one must say the same. A status
 * says nothing about a box.
 */
export function knownPictures(url: string, requests: readonly SoakRequest[]) {
  const byFile = new Map(requests.filter(({ expect }) => expect === 'result').map(request => [request.file, request]));
  const pictures = [...byFile.values()].slice(0, MOST);
  const known = new Map<string, string>();
  const answers: KnownAnswers = { asked: 0, changed: [] };

  async function ask({ path, headers, body }: SoakRequest): Promise<string> {
    try {
      const wanted = { method: 'POST', headers, body: new Uint8Array(body) };
      const answer = await fetch(`${url}${path}?include=distribution`, wanted);
      const text = await answer.text();
      return answer.status === 200 ? lastingPart(JSON.parse(text)) : `status ${answer.status}`;
    } catch (error) {
      return `no answer (${error})`;
    }
  }

  return {
    answers,
    /** One after the other, beside whatever load there is. Never rejects. */
    async askAll(): Promise<void> {
      for (const picture of pictures) {
        const { file } = picture;
        const answer = await ask(picture);
        const first = known.get(file);
        if (first !== undefined) answers.asked += 1;
        else if (answer.startsWith('[')) known.set(file, answer);
        if (answer !== (first ?? known.get(file)))
          answers.changed.push(`${file} got ${difference(answer, first ?? '')}`);
      }
    },
  };
}

/** Both texts from a little before the first character that differs. */
function difference(now: string, before: string): string {
  let at = 0;
  while (at < now.length && now[at] === before[at]) at++;
  const from = Math.max(0, at - 30);
  return before === '' ? now : `${now.slice(from, from + 60)} and not ${before.slice(from, from + 60)}`;
}
