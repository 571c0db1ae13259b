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
const HEAD_END = '\r\n\r\n';

/**
 * Kept-alive connections that only look at status, Retry-After, Server-Timing and length of an answer. Node's own client costs half a
 * millisecond a request, which the machine under test pays: at five times its peak that would be a tenth of it.
 *
 * @param most connections at once; one more request waits for one
 */
export function openLightSockets(url: string, most: number): LightSockets {
  const { hostname, port } = new URL(url);
  const idle: net.Socket[] = [];
  const all = new Set<net.Socket>();
  const waiting: (() => void)[] = [];
  const heads = new WeakMap<PictureRequest, Buffer>();

  async function take(): Promise<net.Socket> {
    const kept = idle.pop();
    if (kept !== undefined) return kept;
    if (all.size >= most) {
      await new Promise<void>(resolve => waiting.push(resolve));
      return take();
    }
    const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    all.add(socket);
    socket.on('error', () => {}); // told to whoever uses it
    socket.on('close', () => {
      all.delete(socket);
      const at = idle.indexOf(socket);
      if (at >= 0) idle.splice(at, 1);
      waiting.shift()?.();
    });
    return socket;
  }

  function headOf(request: PictureRequest): Buffer {
    const known = heads.get(request);
    if (known !== undefined) return known;
    const fields = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = Buffer.from(`POST ${request.path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n${fields.join('')}\r\n`);
    heads.set(request, head);
    return head;
  }

  async function ask(request: PictureRequest): Promise<LightAnswer> {
    const socket = await take();
    return new Promise(resolve => {
      let text = '';
      const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), ANSWER_WITHIN_MS);

      const onData = (chunk: Buffer) => {
        text += chunk.toString('latin1');
        const headEnd = text.indexOf(HEAD_END);
        if (headEnd < 0) return;
        const head = text.slice(0, headEnd);
        const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < headEnd + HEAD_END.length + length) return;
        const retryAfter = /\r\nretry-after: *(\d+)/i.exec(head)?.[1];
        const serverTiming = /\r\nserver-timing: *([^\r]*)/i.exec(head)?.[1];
        const keep = !/\r\nconnection: *close/i.test(head);
        finish(keep, {
          status: Number(head.slice(9, 12)),
          ...(retryAfter !== undefined && { retryAfter: Number(retryAfter) }),
          ...(serverTiming !== undefined && { serverTiming }),
        });
      };
      const onError = (error: Error) => finish(false, { status: 0, error: error.message });
      const onClose = () => finish(false, { status: 0, error: 'closed without an answer' });

      function finish(keep: boolean, answer: LightAnswer): void {
        clearTimeout(timer);
        socket.off('data', onData).off('error', onError).off('close', onClose);
        if (!keep) socket.destroy();
        else {
          idle.push(socket);
          waiting.shift()?.();
        }
        resolve(answer);
      }

      socket.on('data', onData).on('error', onError).on('close', onClose);
      socket.cork();
      socket.write(headOf(request));
      socket.write(request.body);
      socket.uncork();
    });
  }

  return {
    ask,
    close: () => {
      for (const socket of all) socket.destroy();
    },
  };
}

/** Throws a sentence for every answer but 200. */
export function mustBeOk({ status, error }: LightAnswer, url: string): void {
  if (status !== 200) throw new Error(`${url} answered a picture with ${error ?? status}.`);
}
