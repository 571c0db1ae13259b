import { problemFlaws } from '../../fuzz/oracle/problem-flaws.ts';
import type { WireAnswer } from '../../fuzz/read-answer.ts';
import type { Client } from './clients.ts';
import { now } from './clock.ts';
import { detailOf, type Exchange, type Expected } from './exchange.ts';
import { compare, type Question } from './questions.ts';
import type { Talk } from './talk.ts';

/** A request before it is sent. */
export interface Request {
  id: string;
  what: string;
  expected: Expected;
  head: string;
  body: Buffer;
  question?: Question;
}

/** Beyond the deadline, after which nobody waits any longer for an answer. */
export const PATIENCE_MS = 20_000;

export function asking(client: Pick<Client, 'nextId'>, question: Question): Request {
  const { path, headers, body, chunked, name } = question;
  const request = requestOf(client, 'POST', path, headers, chunked ? inChunks(body) : body, chunked);
  return { ...request, what: `${name} ${path}`, expected: 'known', question };
}

export function requestOf(
  { nextId }: Pick<Client, 'nextId'>,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Buffer = Buffer.alloc(0),
  chunked = false,
): Request {
  const id = nextId();
  const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) };
  const all = { host: 'x', 'x-request-id': id, ...headers, ...(method === 'POST' && length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return { id, what: `${method} ${path}`, expected: 'ok', head, body };
}

const CHUNK = 20_000;

function inChunks(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += CHUNK) {
    const piece = body.subarray(at, at + CHUNK);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

export const bytesOf = ({ head, body }: Request) => Buffer.concat([Buffer.from(head), body]);

/** Waits for the answer to what was sent, and reports it. */
export async function hear(
  client: Pick<Client, 'deadlineMs' | 'onExchange'>,
  talk: Talk,
  request: Request,
  sent: Pick<Exchange, 'begunAt' | 'sentAt'> & Partial<Exchange>,
): Promise<WireAnswer | undefined> {
  const answer = await talk.answer(client.deadlineMs + PATIENCE_MS);
  client.onExchange(told(request, answer, sent));
  return answer;
}

const QUIET = /^GET \/(health|v2\/health|metrics)/;

/** What became of a request. */
export function told(
  request: Request,
  answer: WireAnswer | undefined,
  sent: Pick<Exchange, 'begunAt' | 'sentAt'> & Partial<Exchange>,
): Exchange {
  const { id, what, expected, question } = request;
  const exchange: Exchange = {
    ...{ id, what, expected, endedAt: now(), refusals: [], flaws: [] },
    ...{ left: false, readLate: false, slowBody: false, shared: question?.shared ?? false },
    unlogged: QUIET.test(what),
    // What is no good is looked at, too.
    pictures: question?.expected.length ?? (expected === 'ok' ? 0 : 1),
    ...sent,
  };
  if (answer === undefined) return exchange;
  const { status, headers, body } = answer;
  const flaws = headers['x-request-id'] === id ? [] : [`an answer to ${headers['x-request-id']}`];
  if (status !== 200) {
    // DeepStack's and OIP's clients have errors of their own form.
    if (headers['content-type']?.startsWith('application/problem+json')) flaws.push(...problemFlaws(answer));
    else if (!/^\/v[12]\//.test(what.split(' ').at(-1)!)) flaws.push(`status ${status} as ${headers['content-type']}`);
    const retryAfter = headers['retry-after'];
    return { ...exchange, status, detail: detailOf(answer), ...(retryAfter && { retryAfter }), flaws };
  }
  if (question === undefined) return { ...exchange, status, flaws };
  const { flaws: others, refusals } = compare(question, body, headers);
  return { ...exchange, status, refusals, flaws: [...flaws, ...others] };
}
