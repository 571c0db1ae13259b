import { once } from 'node:events';
import { connect } from 'node:net';
import { readAnswer, type WireAnswer } from '../../fuzz/read-answer.ts';

/** One connection, on which anything can be said at any moment, and answers come in their order. */
export interface Talk {
  /** Resolves when the system has taken all of it, or the connection is closed. */
  say(bytes: Buffer | string): Promise<void>;
  /** The next answer; undefined when the connection ended without one, or none came in time. */
  answer(withinMs: number): Promise<WireAnswer | undefined>;
  /** Resolves when the first byte of an answer has come, or the connection is closed. */
  firstByte(withinMs: number): Promise<void>;
  readonly closed: boolean;
  /** Says that nothing more will be said. */
  end(): void;
  /** Stops reading for a while. */
  pause(): void;
  resume(): void;
  /** Ends it, in order or with a reset. */
  leave(rudely: boolean): void;
}

/** Undefined where nobody listens any more. */
export async function openTalk(port: number, localAddress: string): Promise<Talk | undefined> {
  const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
  let received: Buffer = Buffer.alloc(0);
  const answers: WireAnswer[] = [];
  const onClose = new Set<() => void>();
  let bytes = 0;
  let closed = false;
  let wake = () => {};
  socket.on('error', () => {}); // shows as a close
  socket.on('close', () => {
    closed = true;
    wake();
    for (const callback of onClose) callback();
  });
  // What never ends its own side is told to go by the end of the other.
  socket.on('end', () => socket.destroy());
  socket.on('data', chunk => {
    bytes += chunk.length;
    received = Buffer.concat([received, chunk]);
    for (let next = readAnswer(received); next !== undefined; next = readAnswer(received)) {
      answers.push(next.answer);
      received = next.rest;
    }
    wake();
  });
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
  if (socket.destroyed) return undefined;

  async function until(condition: () => boolean, withinMs: number): Promise<void> {
    const endAt = performance.now() + withinMs;
    while (!condition() && !closed && performance.now() < endAt) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, endAt - performance.now());
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  return {
    say: bytes =>
      new Promise(resolve => {
        if (closed) return resolve();
        onClose.add(resolve);
        socket.write(bytes, () => {
          onClose.delete(resolve);
          resolve();
        });
      }),
    async answer(withinMs) {
      await until(() => answers.length > 0, withinMs);
      return answers.shift();
    },
    firstByte: withinMs => until(() => bytes > 0, withinMs),
    get closed() {
      return closed;
    },
    end: () => socket.end(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    leave: rudely => (rudely ? socket.resetAndDestroy() : socket.destroy()),
  };
}
