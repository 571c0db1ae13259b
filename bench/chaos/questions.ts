import type { Dice } from '../../fuzz/dice.ts';
import { ASKING_FORMS, type AskingForm, type Refusal } from '../../test/support/asking-forms.ts';

/** A request of which is known what must come back. */
export interface Question {
  name: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  chunked: boolean;
  /** What an answer with 200 must say of each picture. */
  expected: string[];
  read: AskingForm['read'];
  /** A picture of it is sent by others, too: engines may have died of it before. */
  shared: boolean;
}

export interface Questions {
  /** Any of them, with contents of its own but for a few. */
  any(dice: Dice): Question;
  /** The plainest, which nobody else has sent. */
  plain(dice: Dice): Question;
}

/** Classes by their ids: every model has the first three. */
const QUERIES = [
  'score_threshold=0.05&include=distribution',
  'score_threshold=0.4',
  'classes=0,2&max_detections=3',
  'class_agnostic=true&include=timings',
  'class_thresholds=0:0.5&iou_threshold=0.3',
];
const SHARED = 0.1;
const KINDLY_AGAIN = 20;

interface Way {
  form: AskingForm;
  path: string;
  /** Ways that say the same of a picture have one. */
  says: string;
}

/** Every form that the service understands, with options in the query where it has them there. */
function waysOf(model: string): Way[] {
  return ASKING_FORMS.flatMap(form => {
    const path = form.path.replace('/tiny/', `/${model}/`);
    if (form.says !== 'detections') return [{ form, path, says: form.says }];
    return QUERIES.map(query => ({ form, path: path.replace(/\?.*/, `?${query}`), says: query }));
  });
}

/**
 * Asks everything once, while nothing else goes on: that is what is known.
 *
 * @throws a sentence where a picture has no answer
 */
export async function learnAnswers(url: string, model: string, pictures: readonly Buffer[]): Promise<Questions> {
  const ways = waysOf(model);
  const known = new Map<string, string>();
  const keyOf = (way: Way, picture: number) => `${way.says} ${picture}`;
  for (const way of ways) {
    for (const [index, picture] of pictures.entries()) {
      if (known.has(keyOf(way, index))) continue;
      known.set(keyOf(way, index), await ask(url, way, picture));
    }
  }

  function question(dice: Dice, way: Way): Question {
    const { form, path } = way;
    const chosen = Array.from({ length: form.pictures }, () => dice.int(pictures.length));
    const shared = dice.chance(SHARED);
    // Behind its end a picture may have anything.
    const sent = chosen.map(index => (shared ? pictures[index]! : Buffer.concat([pictures[index]!, dice.bytes(9)])));
    const { headers, body } = form.write(sent);
    const expected = chosen.map(index => known.get(keyOf(way, index))!);
    return { name: form.name, path, headers, body, chunked: form.chunked === true, expected, read: form.read, shared };
  }

  const [first] = ways;
  return {
    any: dice => question(dice, dice.pick(ways)),
    plain: dice => question({ ...dice, chance: () => false }, first!),
  };
}

async function ask(url: string, { form, path }: Way, picture: Buffer): Promise<string> {
  const { headers, body } = form.write(new Array(form.pictures).fill(picture));
  for (let times = 0; ; times++) {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.status === 200) {
      const [said] = form.read(bytes, Object.fromEntries(answer.headers));
      if (typeof said === 'string') return said;
    }
    if (times === KINDLY_AGAIN) throw new Error(`${form.name} ${path} got ${answer.status} at first: ${bytes}`);
  }
}

/** What is wrong with an answer with 200, and what it says of pictures that were refused. */
export function compare(
  { expected, read }: Question,
  body: Buffer,
  headers: Record<string, string>,
): { flaws: string[]; refusals: Refusal[] } {
  let said: (string | Refusal)[];
  try {
    said = read(body, headers);
  } catch (error) {
    return { flaws: [`an answer that cannot be read (${(error as Error).message})`], refusals: [] };
  }
  const refusals = said.filter(one => typeof one !== 'string');
  const flaws = said.length === expected.length ? [] : [`${said.length} answers for ${expected.length} pictures`];
  for (const [index, one] of said.entries()) {
    if (typeof one !== 'string' || one === expected[index]) continue;
    flaws.push(`another answer for picture ${index}: ${difference(one, expected[index] ?? '')}`);
  }
  return { flaws, refusals };
}

function difference(now: string, before: string): string {
  let at = 0;
  while (at < now.length && now[at] === before[at]) at++;
  const from = Math.max(0, at - 30);
  return `${now.slice(from, from + 60)} and not ${before.slice(from, from + 60)}`;
}
