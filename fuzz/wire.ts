import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { readAnswer, type WireAnswer } from './read-answer.ts';

export interface Exchange {
  /** Undefined: the connection was closed without an answer, or nothing came in time. */
  answer?: WireAnswer;
  closed: boolean;
  /** From the last byte sent to the last byte of the answer, or to the close. */
  ms: number;
}

/** One connection after the other, for bytes that no HTTP client would send. */
export function openWire(port: number) {
  let socket: Socket | undefined;

  async function ask(
    bytes: Buffer,
    { halfClose, keep, timeoutMs }: { halfClose: boolean; keep: boolean; timeoutMs: number },
  ): Promise<Exchange> {
    const line = socket ?? (await open(port));
    socket = undefined;
    const received = listen(line);
    line.write(bytes);
    if (halfClose) line.end();
    const sentAt = performance.now();
    const exchange = await received(timeoutMs);
    const ms = performance.now() - sentAt;
    const clean = exchange.answer !== undefined && !exchange.closed && exchange.answer.headers.connection !== 'close';
    if (keep && clean && !halfClose) socket = line;
    else line.destroy();
    return { ...exchange, ms };
  }

  return { ask, close: () => socket?.destroy() };
}

const LOCAL_ADDRESSES = 200;
let opened = 0;

async function open(port: number): Promise<Socket> {
  // A closed connection keeps its port for a minute: from many addresses there are enough for hundreds of cases a second.
  const localAddress = `127.0.0.${2 + (opened++ % LOCAL_ADDRESSES)}`;
  const socket = connect({ port, host: '127.0.0.1', ...(process.platform === 'linux' && { localAddress }) });
  socket.on('error', () => {}); // shows as a close
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

/** Collects until an answer is complete, the connection closes, or the time is over. */
function listen(socket: Socket): (timeoutMs: number) => Promise<Omit<Exchange, 'ms'>> {
  const chunks: Buffer[] = [];
  let closed = false;
  let wake = () => {};
  const onData = (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  };
  const onClose = () => {
    closed = true;
    wake();
  };
  socket.on('data', onData).on('close', onClose).on('end', onClose);
  return timeoutMs =>
    new Promise(resolve => {
      const done = (answer: WireAnswer | undefined) => {
        clearTimeout(timer);
        socket.off('data', onData).off('close', onClose).off('end', onClose);
        resolve({ ...(answer && { answer }), closed });
      };
      const look = () => {
        const answer = readAnswer(Buffer.concat(chunks))?.answer;
        if (answer !== undefined || closed) done(answer);
      };
      const timer = setTimeout(() => done(undefined), timeoutMs);
      wake = look;
      look();
    });
}
