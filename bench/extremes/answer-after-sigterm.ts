import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import sharp from 'sharp';
import type { Extreme } from './extreme.ts';
import { openSocket } from './open-sockets.ts';
import { withService } from './with-service.ts';

/** Noise does not compress: as PNG it is about as large as its pixels. */
const SIDE = 2560;
const READ_ON_AFTER_MS = 1000;
const ENDS_WITHIN_MS = 12_000;

/** An annotated picture of which a client has taken the first bytes when the service is told to stop. */
export const answerAfterSigterm: Extreme = {
  name: 'answer-after-sigterm',
  bound: 'an annotated picture of 19 MB is taken to its end after SIGTERM, exit 0',
  run: () =>
    withService({ DEADLINE_MS: '60000' }, async (service, port) => {
      const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
      const picture = await sharp(randomBytes(SIDE * SIDE * 3), { raw })
        .jpeg({ quality: 90 })
        .toBuffer();
      const socket = await openSocket(port);
      const closed = once(socket, 'close');
      let received = 0;
      let head = '';
      socket.on('data', chunk => {
        received += chunk.length;
        if (!head.includes('\r\n\r\n')) head += chunk.toString('latin1');
      });
      socket.write(
        `POST /detect HTTP/1.1\r\nHost: x\r\nAccept: image/png\r\nContent-Length: ${picture.length}\r\n\r\n`,
      );
      socket.write(picture);
      await Promise.race([once(socket, 'data'), closed]);
      socket.pause();
      const before = received;

      const exited = once(service.process, 'exit');
      service.process.kill('SIGTERM');
      await new Promise(resolve => setTimeout(resolve, READ_ON_AFTER_MS));
      const readOnAt = performance.now();
      socket.resume();
      await closed;
      const [code] = await exited;
      const exitMs = performance.now() - readOnAt;

      const due = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]) + head.indexOf('\r\n\r\n') + 4;
      const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
      return {
        figure: `${megabytes(received)} of ${megabytes(due)} MB, ${megabytes(received - before)} of them read after SIGTERM; exit ${code} ${(exitMs / 1000).toFixed(1)} s after reading went on`,
        held:
          head.startsWith('HTTP/1.1 200') &&
          received === due &&
          due - before > 15e6 &&
          code === 0 &&
          exitMs < ENDS_WITHIN_MS,
      };
    }),
};
