import { setTimeout as sleep } from 'node:timers/promises';
import { asking, bytesOf, hear, PATIENCE_MS, type Request, requestOf, told } from './ask.ts';
import type { Client } from './clients.ts';
import { now } from './clock.ts';
import { openTalk, type Talk } from './talk.ts';

/** What a client does once, from its connection to its end. */
interface Habit {
  name: string;
  weight: number;
  act(client: Client): Promise<void>;
}

function habit(name: string, weight: number, act: (client: Client, talk: Talk) => Promise<void>): Habit {
  return {
    name,
    weight,
    async act(client) {
      const talk = await openTalk(client.port, client.address);
      if (talk === undefined) return void (await sleep(100)); // it has stopped
      await act(client, talk);
      talk.leave(client.dice.chance(0.3));
    },
  };
}

/** Sends all of it at once. */
async function send(talk: Talk, request: Request): Promise<{ begunAt: number; sentAt: number }> {
  const begunAt = now();
  await talk.say(bytesOf(request));
  return { begunAt, sentAt: now() };
}

async function sendAndHear(client: Client, talk: Talk, request: Request): Promise<boolean> {
  const answer = await hear(client, talk, request, await send(talk, request));
  return answer !== undefined && answer.headers.connection !== 'close' && !talk.closed;
}

/** Sends so much of it, waits, and is gone. */
async function leave(client: Client, talk: Talk, request: Request, bytes: Buffer, waitMs: number): Promise<void> {
  const begunAt = now();
  await talk.say(bytes);
  await sleep(waitMs);
  const sentAt = now();
  client.onExchange(told(request, undefined, { begunAt, sentAt, left: true }));
}

const PATHS = ['/health/live', '/metrics', '/models', '/openapi.yaml', '/', '/docs/json', '/v2/health/live', '/v2'];
const WRONG = ['?score_threshold=2', '?nothing=1', '?classes=nobody', '?max_detections=x', '?model=none'];

export const HABITS: readonly Habit[] = [
  habit('asks once', 6, async (client, talk) => {
    await sendAndHear(client, talk, asking(client, client.questions.any(client.dice)));
  }),
  habit('asks again on its connection', 5, async (client, talk) => {
    for (let left = 2 + client.dice.int(6); left > 0; left--) {
      if (!(await sendAndHear(client, talk, asking(client, client.questions.any(client.dice))))) return;
      await sleep(client.dice.int(60));
    }
  }),
  habit('asks ahead', 3, async (client, talk) => {
    const requests = Array.from({ length: 2 + client.dice.int(4) }, () =>
      asking(client, client.questions.any(client.dice)),
    );
    const begunAt = now();
    await talk.say(Buffer.concat(requests.map(bytesOf)));
    let sentAt = now();
    for (const request of requests) {
      const answer = await hear(client, talk, { ...request, what: `ahead ${request.what}` }, { begunAt, sentAt });
      // Node reads on only when the answers before it are taken: the last byte of the next may not have been read before.
      sentAt = now();
      if (answer === undefined || answer.headers.connection === 'close') {
        // What follows an answer that ends the connection was sent in vain.
        for (const vain of requests.slice(requests.indexOf(request) + 1))
          client.onExchange(told(vain, undefined, { begunAt, sentAt, left: true }));
        return;
      }
    }
  }),
  habit('asks before it sends', 1, async (client, talk) => {
    const request = asking(client, client.questions.any(client.dice));
    const begunAt = now();
    await talk.say(request.head.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
    await talk.firstByte(client.deadlineMs);
    // A refusal is there by now: what comes then is read, and thrown away.
    await talk.say(request.body);
    await hear(client, talk, request, { begunAt, sentAt: now() });
  }),
  habit('ends its side', 1, async (client, talk) => {
    const request = asking(client, client.questions.any(client.dice));
    const sent = await send(talk, request);
    talk.end();
    await talk.answer(client.deadlineMs + PATIENCE_MS);
    client.onExchange(told(request, undefined, { ...sent, left: true }));
  }),
  habit('sends its body slowly', 2, async (client, talk) => {
    const { dice, bodyTimeoutMs } = client;
    const request = asking(client, client.questions.any(dice));
    const pieces = 2 + dice.int(8);
    const pauseMs = (dice.int(130) / 100) * (bodyTimeoutMs / pieces);
    const begunAt = now();
    await talk.say(request.head);
    for (let piece = 0; piece < pieces && !talk.closed; piece++) {
      const at = (index: number) => Math.floor((request.body.length * index) / pieces);
      await talk.say(request.body.subarray(at(piece), at(piece + 1)));
      if (piece < pieces - 1) await sleep(pauseMs);
    }
    await hear(client, talk, request, { begunAt, sentAt: now(), slowBody: true });
  }),
  habit('leaves within its head', 1, async (client, talk) => {
    const request = asking(client, client.questions.any(client.dice));
    const part = Buffer.from(request.head).subarray(0, client.dice.int(request.head.length - 3));
    await leave(client, talk, request, part, client.dice.int(100));
  }),
  habit('leaves within its body', 2, async (client, talk) => {
    const request = asking(client, client.questions.any(client.dice));
    const part = bytesOf(request).subarray(0, request.head.length + client.dice.int(request.body.length));
    await leave(client, talk, request, part, client.dice.int(200));
  }),
  habit('leaves while it waits', 4, async (client, talk) => {
    const request = asking(client, client.questions.any(client.dice));
    await leave(client, talk, request, bytesOf(request), client.dice.int(250));
  }),
  habit('leaves within its answer', 1, async (client, talk) => {
    const request = asking(client, client.questions.any(client.dice));
    const sent = await send(talk, request);
    await talk.firstByte(client.deadlineMs + PATIENCE_MS);
    client.onExchange(told(request, undefined, { ...sent, left: true }));
  }),
  habit('reads late', 1, async (client, talk) => {
    const request = asking(client, client.questions.any(client.dice));
    const sent = await send(talk, request);
    talk.pause();
    await sleep(client.dice.int(2000));
    talk.resume();
    await hear(client, talk, request, { ...sent, readLate: true });
  }),
  habit('sends what is no good', 3, async (client, talk) => {
    for (let left = 1 + client.dice.int(4); left > 0; left--) {
      const { file, path, headers, body, expect } = client.dice.pick(client.hostile);
      const { 'content-length': _, ...others } = headers;
      const expected = expect === 'refusal' ? 'refusal' : 'anything';
      const request = {
        ...requestOf(client, 'POST', path, others, body),
        what: `hostile ${file} ${path}`,
        expected,
      } as const;
      if (!(await sendAndHear(client, talk, request))) return;
    }
  }),
  habit('has wrong options', 1, async (client, talk) => {
    const question = client.questions.plain(client.dice);
    const path = `/detect${client.dice.pick(WRONG)}`;
    await sendAndHear(client, talk, { ...asking(client, { ...question, path }), expected: 'refusal' });
  }),
  habit('looks around', 2, async (client, talk) => {
    for (let left = 1 + client.dice.int(3); left > 0; left--) {
      if (!(await sendAndHear(client, talk, requestOf(client, 'GET', client.dice.pick(PATHS), {})))) return;
    }
  }),
];
