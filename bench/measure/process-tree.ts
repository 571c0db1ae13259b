import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that Node.js runs on. */
const TICKS_PER_S = 100;

export interface ProcessCpu {
  /** Seconds of CPU so far: of the thread that runs JavaScript (or Python), and of all others together. */
  mainThread: number;
  otherThreads: number;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Fields of proc_pid_stat(5) from the third on: the second, the name, may hold blanks. */
function statFields(file: string): string[] | undefined {
  const text = read(file);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function cpuSeconds(fields: readonly string[] | undefined): number {
  return fields === undefined ? 0 : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/** Whether /proc is there to read; elsewhere CPU and memory are not reported. */
export const hasProc = read('/proc/self/stat') !== undefined;

/** The direct children of a process. */
export function childrenOf(parent: number): number[] {
  if (!hasProc) return [];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(statFields(`/proc/${name}/stat`)?.[1]) === parent)
    .map(Number);
}

export function cpuOf(pid: number): ProcessCpu {
  const whole = cpuSeconds(statFields(`/proc/${pid}/stat`));
  const mainThread = cpuSeconds(statFields(`/proc/${pid}/task/${pid}/stat`));
  return { mainThread, otherThreads: Math.max(0, whole - mainThread) };
}

/** CPU seconds the whole machine has spent so far, but for waiting. */
export function machineBusyS(): number {
  const [, user, nice, system, , , irq, softirq, steal] = (read('/proc/stat') ?? '').split('\n', 1)[0]!.split(/\s+/);
  return [user, nice, system, irq, softirq, steal].reduce((sum, ticks) => sum + Number(ticks ?? 0), 0) / TICKS_PER_S;
}

function megabytes(file: string, field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(read(file) ?? '');
  return (Number(match?.[1] ?? 0) * 1024) / 1e6;
}

/** Resident now and at its highest, MB (10^6 bytes). Pages that processes share are counted in each. */
export function memoryOf(pid: number): { resident: number; peak: number } {
  const status = `/proc/${pid}/status`;
  return { resident: megabytes(status, 'VmRSS'), peak: megabytes(status, 'VmHWM') };
}

/** Resident, MB, shared pages divided among those who share them. Linux walks all pages of the process for it, which that process waits for. */
export function proportionalMemoryOf(pid: number): number {
  return megabytes(`/proc/${pid}/smaps_rollup`, 'Pss');
}
