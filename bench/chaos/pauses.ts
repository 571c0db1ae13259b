import { readProc } from '../../src/proc/proc-files.ts';
import { now } from './clock.ts';

export interface Pauses {
  add(from: number, to: number): void;
  /** Milliseconds between two moments in which the service or this process could not run. */
  within(from: number, to: number): number;
  stop(): void;
}

const LOOK_MS = 20;
/** Less is the ordinary business of an event loop. */
const STALL_MS = 40;

/**
 * When the service was stopped, which is added, and when it or this process was kept from running by others on the machine, which is noticed: nobody is
 * late for that.
 */
export function watchPauses(servicePid: number): Pauses {
  const pauses: { from: number; to: number }[] = [];
  let lastAt = now();
  const waitedSoFar = () => waitedForCpu(servicePid) + waitedForCpu(process.pid);
  let lastWaited = waitedSoFar();
  const timer = setInterval(() => {
    const at = now();
    const waited = waitedSoFar();
    const ms = Math.max(waited - lastWaited, at - lastAt - LOOK_MS - STALL_MS);
    if (ms > 5) pauses.push({ from: at - ms, to: at });
    lastAt = at;
    lastWaited = waited;
  }, LOOK_MS);
  const within = (from: number, to: number) =>
    pauses.reduce((sum, pause) => sum + Math.max(0, Math.min(to, pause.to) - Math.max(from, pause.from)), 0);
  return {
    add: (from, to) => pauses.push({ from, to }),
    within,
    stop: () => clearInterval(timer),
  };
}

/** Milliseconds that the main thread of a process has waited for a CPU so far (sched-stats of the kernel's documentation). */
function waitedForCpu(pid: number): number {
  return Number(readProc(`/proc/${pid}/task/${pid}/schedstat`)?.split(' ')[1] ?? 0) / 1e6;
}
