import { readdirSync } from 'node:fs';
import { bytesOf, cpuSeconds, readProc, statFields, TICKS_PER_S } from '../../src/proc/proc-files.ts';

export interface ProcessCpu {
  /** Seconds of CPU so far: of the thread that runs JavaScript (or Python), and of all others together. */
  mainThread: number;
  otherThreads: number;
}

/** Whether /proc is there to read; elsewhere CPU and memory are not reported. */
export const hasProc = readProc('/proc/self/stat') !== undefined;

/** The direct children of a process. */
export function childrenOf(parent: number): number[] {
  if (!hasProc) return [];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(statFields(`/proc/${name}/stat`)?.[1]) === parent)
    .map(Number);
}

export function cpuOf(pid: number): ProcessCpu {
  const whole = cpuSeconds(`/proc/${pid}/stat`) ?? 0;
  const mainThread = cpuSeconds(`/proc/${pid}/task/${pid}/stat`) ?? 0;
  return { mainThread, otherThreads: Math.max(0, whole - mainThread) };
}

/** CPU seconds the whole machine has spent so far, but for waiting. */
export function machineBusyS(): number {
  const [, user, nice, system, , , irq, softirq, steal] = (readProc('/proc/stat') ?? '')
    .split('\n', 1)[0]!
    .split(/\s+/);
  return [user, nice, system, irq, softirq, steal].reduce((sum, ticks) => sum + Number(ticks ?? 0), 0) / TICKS_PER_S;
}

const megabytes = (file: string, field: string) => (bytesOf(file, field) ?? 0) / 1e6;

/** Resident now and at its highest, MB (10^6 bytes). Pages that processes share are counted in each. */
export function memoryOf(pid: number): { resident: number; peak: number } {
  const status = `/proc/${pid}/status`;
  return { resident: megabytes(status, 'VmRSS'), peak: megabytes(status, 'VmHWM') };
}

/** Resident, MB, shared pages divided among those who share them. Linux walks all pages of the process for it, which that process waits for. */
export function proportionalMemoryOf(pid: number): number {
  return megabytes(`/proc/${pid}/smaps_rollup`, 'Pss');
}
