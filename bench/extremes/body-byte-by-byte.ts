import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { memoryOf } from '../measure/process-tree.ts';
import type { Extreme } from './extreme.ts';
import { openSocket } from './open-sockets.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const BYTES = 5_000_000;
const CHUNKS_AT_ONCE = 10_000;
/** With every piece kept by itself it is 2,003 MB. */
const MEGABYTES = 400;
const HEAD = 'POST /detect HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';

/** A picture with zeros behind its end. */
export const bodyByteByByte: Extreme = {
  name: 'body-byte-by-byte',
  bound: `a body of ${BYTES / 1e6} MB in chunks of one byte is answered with 200, at most ${MEGABYTES} MB`,
  missing: whatIsMissing,
  async run() {
    return withService({ BODY_TIMEOUT_MS: '300000', DEADLINE_MS: '60000' }, async (_service, port, pid) => {
      const body = Buffer.alloc(BYTES);
      readFileSync('samples/cat.jpg').copy(body);
      const socket = await openSocket(port);
      let answer = '';
      socket.on('data', chunk => {
        answer += chunk.toString('latin1');
      });
      const closed = once(socket, 'close');
      socket.write(HEAD);
      for (let at = 0; at < BYTES && !socket.destroyed; at += CHUNKS_AT_ONCE) {
        const taken = socket.write(inChunks(body.subarray(at, at + CHUNKS_AT_ONCE)));
        if (!taken) await Promise.race([once(socket, 'drain'), closed]);
      }
      socket.write('0\r\n\r\n');
      await closed;
      const status = answer.slice(9, 12);
      const { peak } = memoryOf(pid);
      return { figure: `${status}, ${peak.toFixed(0)} MB in the service`, held: status === '200' && peak <= MEGABYTES };
    });
  },
};

/** Each of `1 CRLF byte CRLF`. */
function inChunks(bytes: Buffer): Buffer {
  const chunks = Buffer.from('1\r\n \r\n'.repeat(bytes.length), 'latin1');
  for (let i = 0; i < bytes.length; i++) chunks[i * 6 + 3] = bytes[i]!;
  return chunks;
}
