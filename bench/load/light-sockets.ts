import net from 'node:net';
import type { PictureRequest } from './connection.ts';

export interface LightAnswer {
  /** 0: there was no complete answer. */
  status: number;
  /** Seconds. */
  retryAfter?: number;
  /** The header of that name. */
  serverTiming?: string;
  /** Why there was none. */
  error?: string;
}

export interface LightSockets {
  ask(request: PictureRequest): Promise<LightAnswer>;
  close(): void;
}

const ANSWER_WITHIN_MS = 60_000;
const READ_BYTES = 64 * 1024;
const HEAD_END = '\r\n\r\n';

/** What a socket tells whoever asked on it. */
interface Listener {
  onText(text: string): void;
  onEnd(error: string): void;
}

/**
 * Kept-alive connections that only look at status, Retry-After, Server-Timing and length of an answer. Node's own client costs half a
 * millisecond a request, which the machine under test pays: at five times its peak that would be a tenth of it.
 *
 * @param most connections at once; one more request waits for one
 */
export function openLightSockets(url: string, most: number): LightSockets {
  const { hostname, port } = new URL(url);
  const idle: net.Socket[] = [];
  const listeners = new Map<net.Socket, Listener | undefined>();
  const waiting: (() => void)[] = [];
  const encoded = new WeakMap<PictureRequest, Buffer>();
  const received = Buffer.alloc(READ_BYTES); // of whichever socket is read; Node would make one for each piece

  function open(): net.Socket {
    const socket = net.connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: received,
        callback: length => {
          listeners.get(socket)?.onText(received.toString('latin1', 0, length));
          return true;
        },
      },
    });
    let reason = 'closed without an answer';
    listeners.set(socket, undefined);
    socket.on('error', error => {
      reason = error.message;
    });
    socket.on('close', () => {
      const listener = listeners.get(socket);
      listeners.delete(socket);
      const at = idle.indexOf(socket);
      if (at >= 0) idle.splice(at, 1);
      listener?.onEnd(reason);
      waiting.shift()?.();
    });
    return socket;
  }

  async function take(): Promise<net.Socket> {
    const kept = idle.pop();
    if (kept !== undefined) return kept;
    if (listeners.size < most) return open();
    await new Promise<void>(resolve => waiting.push(resolve));
    return take();
  }

  function encode(request: PictureRequest): Buffer {
    const known = encoded.get(request);
    if (known !== undefined) return known;
    const fields = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `POST ${request.path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n${fields.join('')}\r\n`;
    const bytes = Buffer.concat([Buffer.from(head), request.body]);
    encoded.set(request, bytes);
    return bytes;
  }

  async function ask(request: PictureRequest): Promise<LightAnswer> {
    const socket = await take();
    return new Promise(resolve => {
      let text = '';
      const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), ANSWER_WITHIN_MS);
      listeners.set(socket, {
        onText(piece) {
          text += piece;
          const answer = parse(text);
          if (answer === undefined) return;
          clearTimeout(timer);
          listeners.set(socket, undefined);
          if (answer.keep) {
            idle.push(socket);
            waiting.shift()?.();
          } else socket.destroy();
          resolve(answer.values);
        },
        onEnd(error) {
          clearTimeout(timer);
          resolve({ status: 0, error });
        },
      });
      socket.write(encode(request));
    });
  }

  return {
    ask,
    close: () => {
      for (const socket of listeners.keys()) socket.destroy();
    },
  };
}

/** Undefined until the answer is complete. */
function parse(text: string): { values: LightAnswer; keep: boolean } | undefined {
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (text.length < headEnd + HEAD_END.length + length) return undefined;
  const retryAfter = /\r\nretry-after: *(\d+)/i.exec(head)?.[1];
  const serverTiming = /\r\nserver-timing: *([^\r]*)/i.exec(head)?.[1];
  return {
    values: {
      status: Number(head.slice(9, 12)),
      ...(retryAfter !== undefined && { retryAfter: Number(retryAfter) }),
      ...(serverTiming !== undefined && { serverTiming }),
    },
    keep: !/\r\nconnection: *close/i.test(head),
  };
}

/** Throws a sentence for every answer but 200. */
export function mustBeOk({ status, error }: LightAnswer, url: string): void {
  if (status !== 200) throw new Error(`${url} answered a picture with ${error ?? status}.`);
}
