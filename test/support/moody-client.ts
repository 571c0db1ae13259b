import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a client does with its request; `hesitates` in the middle of its body. */
export const MOODS = ['stays', 'hesitates', 'leaves within its body', 'leaves behind its body'] as const;
export type Mood = (typeof MOODS)[number];

export interface Sending {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  chunked?: true;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends on a connection of its own. Resolves to undefined where there was no answer, or nobody to take it. */
export function send(
  url: string,
  { path, headers, body, chunked }: Sending,
  mood: Mood,
  pauseMs: number,
): Promise<Answer | undefined> {
  const length = chunked === true ? {} : { 'content-length': String(body.length) };
  const request = httpRequest(`${url}${path}`, { method: 'POST', agent: false, headers: { ...headers, ...length } });
  const answered = new Promise<Answer | undefined>(resolve => {
    request.on('error', () => resolve(undefined)).on('close', () => resolve(undefined));
    request.on('response', response => {
      const pieces: Buffer[] = [];
      response.on('data', piece => pieces.push(piece)).on('error', () => resolve(undefined));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces) }),
      );
    });
  });
  void (async () => {
    const middle = Math.floor(body.length / 2);
    request.write(body.subarray(0, middle));
    if (mood === 'hesitates' || mood === 'leaves within its body') await sleep(pauseMs);
    if (mood === 'leaves within its body') return request.destroy();
    request.end(body.subarray(middle));
    if (mood !== 'leaves behind its body') return;
    await sleep(pauseMs);
    request.destroy();
  })();
  return answered;
}
