import { write, writeSync } from 'node:fs';
import { hostname } from 'node:os';

/** Lines are written together: each write wakes another thread, which cost a hundredth of the machine at 60 pictures a second. */
const GATHER_MS = 50;
const GATHER_BYTES = 16 * 1024;
/** What waits when nobody reads; later lines are dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024;
const RETRY_MS = 100;
/** How long the end of the process waits for a reader that does not read. */
const LAST_WORDS_MS = 500;
/** Of pino's `warn`. */
const WARN = 40;

export interface LogDestination {
  /** pino tells the level of a line here, before it writes it. */
  readonly [PINO_METADATA]: true;
  lastLevel: number;
  write(line: string): void;
  /** Once everything is written that can be. */
  close(): void;
}

const PINO_METADATA: unique symbol = Symbol.for('pino.metadata') as never;

/**
 * Where log lines go, instead of pino's own destination (sonic-boom 4.2): that keeps any number of lines for a reader that has stalled, and
 * tries for ever to write them when the process is to end, even when the reader is gone. Here lines are kept for a while and up to
 * a limit, and nothing waits for them. Warnings and errors are written at once.
 *
 * @param fd of a file, a pipe or a terminal; a pipe must be in non-blocking mode
 */
export function createLogDestination(fd: number): LogDestination {
  let waiting: string[] = [];
  let waitingBytes = 0;
  let underWay: Buffer | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dropped = 0;
  /** Nobody will ever read. */
  let broken = false;

  function gather(): Buffer {
    const lines = waiting;
    waiting = [];
    waitingBytes = 0;
    if (dropped > 0) lines.push(droppedLine(dropped));
    dropped = 0;
    return Buffer.from(lines.join(''));
  }

  function later(milliseconds: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      writeOn();
    }, milliseconds).unref();
  }

  function writeOn(): void {
    clearTimeout(timer);
    timer = undefined;
    underWay = underWay?.length ? underWay : gather();
    if (underWay.length === 0) {
      underWay = undefined;
      return;
    }
    writing = true;
    write(fd, underWay, (error, written) => {
      writing = false;
      if (error === null) underWay = underWay!.subarray(written);
      else if (!isBusy(error)) return breakOff();
      if (error !== null) later(RETRY_MS);
      else if (underWay!.length > 0 || waitingBytes >= GATHER_BYTES) writeOn();
      else {
        underWay = undefined;
        if (waitingBytes > 0) later(GATHER_MS);
      }
    });
  }
  let writing = false;

  function breakOff(): void {
    broken = true;
    underWay = undefined;
    waiting = [];
    waitingBytes = 0;
  }

  /** The process ends: there is no later. */
  function sayLastWords(): void {
    const giveUpAt = performance.now() + LAST_WORDS_MS;
    // What another thread is writing it goes on writing.
    let rest = Buffer.concat([writing || underWay === undefined ? Buffer.alloc(0) : underWay, gather()]);
    while (rest.length > 0 && !broken) {
      try {
        rest = rest.subarray(writeSync(fd, rest));
      } catch (error) {
        if (!isBusy(error as NodeJS.ErrnoException) || performance.now() > giveUpAt) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }
  process.on('exit', sayLastWords);

  const destination: LogDestination = {
    [PINO_METADATA]: true,
    lastLevel: 0,
    write(line) {
      if (broken) return;
      if (waitingBytes + line.length > MAX_WAITING_BYTES) {
        dropped += 1;
        return;
      }
      waiting.push(line);
      waitingBytes += line.length;
      if (writing || underWay !== undefined) return;
      if (destination.lastLevel >= WARN || waitingBytes >= GATHER_BYTES) writeOn();
      else later(GATHER_MS);
    },
    close() {
      process.off('exit', sayLastWords);
      sayLastWords();
      clearTimeout(timer);
    },
  };
  return destination;
}

function isBusy({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EAGAIN' || code === 'EBUSY';
}

function droppedLine(lines: number): string {
  const msg = 'log lines were dropped: nobody read them';
  return `${JSON.stringify({ level: WARN, time: Date.now(), pid: process.pid, hostname: hostname(), lines, msg })}\n`;
}
