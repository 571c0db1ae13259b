import { loadLibc } from './engine/libc.ts';

/** The kernel's timer for the CPU time that a process takes outside of system calls, and the signal it ends with. Node.js uses neither. */
const ITIMER_VIRTUAL = 1;
const SIGVTALRM = 26;

/** No picture, no body and no scrape keeps the event loop for a second. */
const LIMIT_S = 30;
const RENEW_MS = 1000;

/**
 * Ends this process with exit code 26 when it takes `limitS` seconds of CPU time without one turn of its event loop. A service in an endless loop
 * answers nobody, no probe either, and whoever supervises it starts it anew only once it is gone.
 *
 * The kernel counts, since no JavaScript would run, and CPU time, so that a process which is paused or stopped, or gets no CPU, is left alone.
 * The handler is `_exit` of libc, called with the number of the signal: in the first process of a container a signal without a handler does nothing.
 * Does nothing where there is no glibc.
 *
 * @param limitS seconds, whole ones
 */
export async function endWhenStuck(limitS = LIMIT_S): Promise<void> {
  const libc = await loadLibc();
  if (libc === undefined) return;
  const signal = libc.call('void *signal(int, void *)');
  const setitimer = libc.call('int setitimer(int, const int64_t *, void *)');

  // Not by dlsym, which before glibc 2.34 (Debian 11, Ubuntu 20.04, RHEL 8) was in a library of its own.
  signal(SIGVTALRM, libc.address('_exit'));
  const onceInLimit = new BigInt64Array([0n, 0n, BigInt(limitS), 0n]); // struct itimerval: interval and value, each in s and us
  const renew = () => setitimer(ITIMER_VIRTUAL, onceInLimit, null);
  renew();
  setInterval(renew, RENEW_MS).unref();
}
