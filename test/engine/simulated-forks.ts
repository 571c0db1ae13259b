import childProcess from 'node:child_process';
import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';

/** Puts `make` in the place of `fork`. Returns what puts it back. */
export function simulateForks(
  make: (progressFd: number) => { process: EventEmitter } | 'throws' | 'never started',
): () => void {
  const { fork } = childProcess;
  const replace = (by: unknown) => {
    Object.assign(childProcess, { fork: by });
    syncBuiltinESMExports();
  };
  replace((_entry: string, _args: string[], { stdio }: { stdio: unknown[] }) => {
    const child = make(stdio[5] as number);
    if (child === 'throws') throw new Error('no descriptors left');
    return child === 'never started' ? neverStarted() : child.process;
  });
  return () => replace(fork);
}

function neverStarted(): EventEmitter {
  const child = new EventEmitter();
  setTimeout(() => child.emit('error', new Error('spawn EAGAIN')), 1);
  return child;
}
