import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type RawClient = Awaited<ReturnType<typeof openRaw>>;

/** A TCP connection to a listening server, for what no HTTP client would send. Linux has all of 127.0.0.0/8 to come from. */
export async function openRaw(port: number, localAddress = '127.0.0.1') {
  const socket: Socket = connect({ port, host: '127.0.0.1', localAddress });
  await once(socket, 'connect');
  let received = '';
  let closed = false;
  let wake = () => {};
  socket.on('data', chunk => {
    received += chunk.toString('latin1');
    wake();
  });
  socket.on('error', () => {}); // a reset shows as `closed`
  socket.on('close', () => {
    closed = true;
    wake();
  });

  async function until(condition: () => boolean, what: string): Promise<void> {
    const timer = AbortSignal.timeout(8000);
    while (!condition()) {
      if (timer.aborted) throw new Error(`Waited 8 s for ${what}; received so far: ${JSON.stringify(received)}`);
      if (closed) throw new Error(`The connection was closed before ${what}; received: ${JSON.stringify(received)}`);
      await new Promise<void>(resolve => {
        wake = resolve;
        setTimeout(resolve, 50).unref();
      });
    }
  }

  return {
    socket,
    write: (data: string | Buffer) => socket.write(data),
    /** The next answer, which must carry a Content-Length; interim ones are returned like others. HEAD's has no body. */
    async answer({ hasBody = true } = {}): Promise<RawAnswer> {
      await until(() => received.includes('\r\n\r\n'), 'the head of an answer');
      const [head = '', ...rest] = received.split('\r\n\r\n');
      const [first = '', ...lines] = head.split('\r\n');
      const headers = Object.fromEntries(lines.map(line => [line.split(': ')[0]!.toLowerCase(), line.split(': ')[1]!]));
      const length = hasBody ? Number(headers['content-length'] ?? 0) : 0;
      received = rest.join('\r\n\r\n');
      await until(() => received.length >= length, `${length} bytes of body`);
      const body = received.slice(0, length);
      received = received.slice(length);
      return { status: Number(first.split(' ')[1]), headers, body };
    },
    /** Resolves when the server has closed the connection, with the milliseconds it took. */
    async closed(): Promise<number> {
      const start = performance.now();
      const timer = AbortSignal.timeout(8000);
      while (!closed && !timer.aborted) await new Promise(resolve => setTimeout(resolve, 10));
      if (!closed) throw new Error('The server did not close the connection within 8 s.');
      return performance.now() - start;
    },
    get isClosed() {
      return closed;
    },
    destroy: () => socket.destroy(),
  };
}
