import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes that had come on a connection when its last request with `Upgrade` was answered. */
const accountedFor = new WeakMap<Socket, number>();

/**
 * Whether something may have come behind a request with `Upgrade`, which its connection is then to end with. Node's parser stops behind such a request and
 * drops the rest of the piece that it came in, of which nobody hears: another request, or the beginning of one, whose body would be read as requests.
 *
 * Node does not say where it stopped. So the bytes are counted, with a head as clients write it: one that writes it otherwise loses its
 * connection, too. Java's HttpClient asks for h2c with every request, and keeps its connection.
 *
 * To be asked once, when the request is answered.
 */
export function lostAfterUpgrade(request: IncomingMessage): boolean {
  const { socket, headers } = request;
  if (headers.upgrade === undefined) return false;
  const before = accountedFor.get(socket) ?? 0;
  accountedFor.set(socket, socket.bytesRead);
  const bodyBytes = Number(headers['content-length'] ?? 0);
  if (headers['transfer-encoding'] !== undefined || (bodyBytes > 0 && !request.complete)) return true;
  return socket.bytesRead - before !== headBytes(request) + bodyBytes;
}

function headBytes({ method, url, httpVersion, rawHeaders }: IncomingMessage): number {
  let bytes = `${method} ${url} HTTP/${httpVersion}\r\n\r\n`.length;
  for (const text of rawHeaders) bytes += text.length + 2; // ": " behind a name, a line's end behind its value
  return bytes;
}
