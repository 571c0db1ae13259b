import { cpus } from 'node:os';
import { cpuOf, hasProc, machineBusyS, type ProcessCpu } from './process-tree.ts';

/** A process whose CPU is counted, by what it does. Processes of one role are added up. */
export interface RoleProcess {
  role: string;
  pid: number;
}

export interface CpuReading {
  /** CPU seconds by role. */
  roles: Record<string, ProcessCpu>;
  /** CPU seconds of this process, the client. */
  client: number;
  /** Share (0..1) of the machine's CPUs that went to processes that are no part of the measurement. */
  strangers: number;
}

/** Counts CPU between `begin` and `end`. */
export function cpuMeter(processes: readonly RoleProcess[]) {
  let before: { roles: Map<RoleProcess, ProcessCpu>; client: number; machine: number; at: number };

  const readAll = () => ({
    roles: new Map(processes.map(one => [one, cpuOf(one.pid)])),
    client: ownCpuS(),
    machine: machineBusyS(),
    at: performance.now(),
  });

  return {
    begin() {
      before = readAll();
    },
    end(): CpuReading | undefined {
      if (!hasProc) return undefined;
      const after = readAll();
      const roles: Record<string, ProcessCpu> = {};
      let counted = after.client - before.client;
      const client = counted;
      for (const [one, { mainThread, otherThreads }] of after.roles) {
        const was = before.roles.get(one)!;
        const sum = roles[one.role] ?? { mainThread: 0, otherThreads: 0 };
        sum.mainThread += mainThread - was.mainThread;
        sum.otherThreads += otherThreads - was.otherThreads;
        roles[one.role] = sum;
        counted += mainThread + otherThreads - was.mainThread - was.otherThreads;
      }
      const available = ((after.at - before.at) / 1000) * cpus().length;
      return { roles, client, strangers: Math.max(0, after.machine - before.machine - counted) / available };
    },
  };
}

function ownCpuS(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
