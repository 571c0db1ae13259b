import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClientOptions, createClient } from '../../src/client/index.ts';

const PICTURES = ['a', 'b', 'c', 'd'].map(name => new Blob([name]));

/** A service whose batches take what `answer` says of each picture, by its letter and how often it was sent. */
function service(answer: (letter: string, sent: number) => object, refusals: Response[] = []) {
  const batches: string[] = [];
  const sent: Record<string, number> = {};
  const fetch: NonNullable<ClientOptions['fetch']> = async (_url, init) => {
    const parts = (init!.body as FormData).getAll('image') as Blob[];
    const letters = await Promise.all(parts.map(part => part.text()));
    batches.push(letters.join(''));
    const refusal = batches.length > 1 && refusals.shift();
    if (refusal) return refusal;
    const results = letters.map(letter => {
      sent[letter] = (sent[letter] ?? 0) + 1;
      return answer(letter, sent[letter]);
    });
    return Response.json({ results });
  };
  return { batches, fetch };
}

const found = (letter: string) => ({ detections: [], letter });
const problem = (status: number, code: string) => ({ status, code, detail: 'No.', title: 'No', request_id: '' });
const busy = problem(429, 'overloaded');
const gone = problem(503, 'unavailable');
const broken = problem(422, 'unprocessable_image');

test('what is refused for now is sent again, without the others, into its own place', async () => {
  const { batches, fetch } = service((letter, sent) => {
    if (letter === 'a') return broken;
    if (letter === 'b') return sent < 3 ? busy : found('b');
    return letter === 'd' && sent < 2 ? gone : found(letter);
  });
  const results = await createClient({ baseUrl: 'http://service', fetch }).detectBatch(PICTURES);
  assert.deepEqual(batches, ['abcd', 'bd', 'b']);
  assert.deepEqual(results, [broken, found('b'), found('c'), found('d')]);
});

const busyAll = () => new Response('', { status: 429 });
const ENDS: [name: string, options: Partial<ClientOptions>, refusals: Response[], batches: string[]][] = [
  ['when the repetitions are used up', { retries: 1 }, [], ['abcd', 'd']],
  ['when there shall be none', { retries: 0 }, [], ['abcd']],
  ['when the pause would be too long', { maxRetryDelayMs: 249 }, [], ['abcd']],
  ['when the service refuses the whole of them', {}, [busyAll(), busyAll(), busyAll()], ['abcd', 'd', 'd']],
  ['when the repetition itself fails', {}, [new Response('', { status: 500 })], ['abcd', 'd']],
];

for (const [name, options, refusals, expected] of ENDS) {
  test(`what is still refused stays a problem, and the others their answers: ${name}`, async () => {
    const { batches, fetch } = service(letter => (letter === 'd' ? busy : found(letter)), refusals);
    const results = await createClient({ baseUrl: 'http://service', fetch, ...options }).detectBatch(PICTURES);
    assert.deepEqual(batches, expected);
    assert.deepEqual(results, [found('a'), found('b'), found('c'), busy]);
  });
}

test('an abort in a pause, and the time of the whole call, end it', async () => {
  const { batches, fetch } = service(() => busy);
  const client = (more: Partial<ClientOptions> = {}) => createClient({ baseUrl: 'http://service', fetch, ...more });
  await assert.rejects(client().detectBatch(PICTURES, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
  await assert.rejects(client({ timeoutMs: 60 }).detectBatch(PICTURES), /no answer within 60 ms/);
  assert.deepEqual(batches, ['abcd', 'abcd']);
});

test('an abort while pictures are sent again is an abort, not what there was before', async () => {
  const { batches, fetch } = service(() => busy);
  const stop = new AbortController();
  const stopping: typeof fetch = async (url, init) => {
    const answer = await fetch(url, init);
    if (batches.length === 2) stop.abort(new Error('enough'));
    init!.signal!.throwIfAborted();
    return answer;
  };
  const client = createClient({ baseUrl: 'http://service', fetch: stopping });
  await assert.rejects(client.detectBatch(PICTURES, { signal: stop.signal }), /enough/);
});
