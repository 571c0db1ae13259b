import { readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that Node.js runs on. */
export const TICKS_PER_S = 100;

/** The text of a file; undefined when it cannot be read. */
export type ReadText = (file: string) => string | undefined;

/** Of /proc or /sys: not there on another system, or when a process has just ended. */
export const readProc: ReadText = file => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** Fields of proc_pid_stat(5) from the third on: the second, the name in parentheses, may hold any character. */
export function statFields(file: string): string[] | undefined {
  const text = readProc(file);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Seconds of CPU, user and system, that the process or thread of a proc_pid_stat(5) file has taken. */
export function cpuSeconds(file: string): number | undefined {
  const fields = statFields(file);
  return fields && (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/** What a field of a file such as /proc/PID/status says in kB, in bytes. */
export function bytesOf(file: string, field: string): number | undefined {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readProc(file) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
