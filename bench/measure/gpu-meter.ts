import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface GpuReading {
  /** Mean share of the time in which a kernel ran, 0..100. */
  utilisation: number;
  /** Highest, MiB, of all processes on the GPU. */
  memory: number;
}

const ARGS = ['--query-gpu=utilization.gpu,memory.used', '--format=csv,noheader,nounits', '-lms', '200'];

/** Samples the first GPU by nvidia-smi between `begin` and `end`; undefined where there is no nvidia-smi. */
export function gpuMeter() {
  const child = spawn('nvidia-smi', [...ARGS, '-i', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.on('error', () => {}); // not there: no samples
  let samples: [number, number][] = [];
  createInterface({ input: child.stdout }).on('line', line => {
    const [utilisation = Number.NaN, memory = Number.NaN] = line.split(',').map(Number);
    if (Number.isFinite(utilisation)) samples.push([utilisation, memory]);
  });
  return {
    begin() {
      samples = [];
    },
    end(): GpuReading | undefined {
      if (samples.length === 0) return undefined;
      return {
        utilisation: samples.reduce((sum, [utilisation]) => sum + utilisation, 0) / samples.length,
        memory: Math.max(...samples.map(([, memory]) => memory)),
      };
    },
    stop() {
      // A child that never was has the process id 0, and that is every process of the group, ours included.
      if (child.pid !== undefined) child.kill();
    },
  };
}
