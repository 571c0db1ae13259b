import { writeSync } from 'node:fs';
import { hostname } from 'node:os';

/** Lines are written together: a write for each cost a hundredth of the machine at 60 pictures a second. */
const GATHER_MS = 50;
const GATHER_BYTES = 16 * 1024;
/** What waits when nobody reads; later lines are dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Until the next try when nobody reads: twice as long each time. */
const FIRST_RETRY_MS = 5;
const LAST_RETRY_MS = 100;
/** How long the end of the process waits for a reader that does not read. */
const LAST_WORDS_MS = 500;
/** Of pino's `warn`. */
const WARN = 40;
/** Nobody will ever read. */
const GONE = new Set(['EPIPE', 'EBADF', 'ECONNRESET']);

const PINO_METADATA: unique symbol = Symbol.for('pino.metadata') as never;

export interface LogDestination {
  /** pino tells the level of a line here, before it writes it. */
  readonly [PINO_METADATA]: true;
  lastLevel: number;
  write(line: string): void;
}

/**
 * Where log lines go, instead of pino's own destination (sonic-boom 4.2): that keeps any number of lines for a reader that has stalled, and
 * tries for ever to write them when the process is to end, even when the reader is gone. Here lines are kept up to a limit, and
 * nothing waits for them. Warnings and errors are written at once.
 *
 * @param fd of a file, a terminal, or a pipe or socket in non-blocking mode
 */
export function createLogDestination(fd: number): LogDestination {
  let lines: string[] = [];
  /** Bytes of a write that was not taken whole. */
  let rest: Buffer = Buffer.alloc(0);
  let waitingBytes = 0;
  let dropped = 0;
  let isGone = false;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;

  /** Writes as much as is taken; what is not is the rest. */
  function writeOn(): void {
    clearTimeout(timer);
    timer = undefined;
    rest = Buffer.concat([rest, Buffer.from(lines.join(''))]);
    lines = [];
    writeRest();
    if (rest.length === 0 && dropped > 0 && !isGone) {
      rest = Buffer.from(droppedLine(dropped));
      dropped = 0;
      writeRest();
    }
    waitingBytes = rest.length;
  }

  function writeRest(): void {
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      isGone = GONE.has((error as NodeJS.ErrnoException).code ?? '');
      if (isGone) rest = Buffer.alloc(0);
    }
  }

  function writeLater(milliseconds: number): void {
    timer ??= setTimeout(() => {
      writeOn();
      // What is left nobody reads, or a disk is full, and both may end.
      retryMs = rest.length === 0 ? FIRST_RETRY_MS : Math.min(2 * retryMs, LAST_RETRY_MS);
      if (rest.length > 0) writeLater(retryMs);
    }, milliseconds).unref();
  }

  const destination: LogDestination = {
    [PINO_METADATA]: true,
    lastLevel: 0,
    write(line) {
      if (isGone) return;
      const bytes = Buffer.byteLength(line);
      if (waitingBytes + bytes > MAX_WAITING_BYTES) {
        dropped += 1;
        return;
      }
      lines.push(line);
      waitingBytes += bytes;
      const isDue = destination.lastLevel >= WARN || waitingBytes >= GATHER_BYTES;
      if (rest.length > 0) return;
      if (!isDue) return writeLater(GATHER_MS);
      writeOn();
      if (rest.length > 0) writeLater(FIRST_RETRY_MS);
    },
  };
  process.on('exit', () => {
    const giveUpAt = performance.now() + LAST_WORDS_MS;
    writeOn();
    while (rest.length > 0 && performance.now() < giveUpAt) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      writeOn();
    }
  });
  return destination;
}

function droppedLine(lines: number): string {
  const msg = 'log lines were dropped: nobody read them';
  return `${JSON.stringify({ level: WARN, time: Date.now(), pid: process.pid, hostname: hostname(), lines, msg })}\n`;
}
