import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

const LINGER_BYTES = 8 * 1024 * 1024;
const LINGER_MS = 2000;

/**
 * The body of an answer that is given before its request was read to the end. The text goes out at once, the stream ends
 * when the client has stopped sending, or after 8 MiB or 2 s more: closing a connection that holds unread bytes resets it,
 * and a reset can overtake the answer (the reason for nginx's lingering_close).
 */
export function lingeringAnswer(request: IncomingMessage, text: string | Buffer): Readable {
  const answer = new Readable({ read() {} });
  answer.push(text);
  let left = LINGER_BYTES;
  const timer = setTimeout(end, LINGER_MS);
  const onData = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) end();
  };
  request.on('data', onData).on('end', end).on('error', end).on('close', end);
  request.resume();
  return answer;

  function end(): void {
    clearTimeout(timer);
    request.off('data', onData).off('end', end).off('close', end);
    answer.push(null);
  }
}
