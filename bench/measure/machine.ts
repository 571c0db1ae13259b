import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasTurboJpeg } from '../../src/detector/index.ts';
import { usableCpus } from '../../src/engine/usable-cpus.ts';
import { machineBusyS } from './process-tree.ts';

/** One line each: where figures come from. */
export async function describeMachine(): Promise<string[]> {
  const { version } = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'), 'utf8'),
  ) as { version: string };
  const cpus = os.cpus();
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit()}`,
    `${cpus[0]?.model.trim() ?? 'unknown CPU'}, ${cpus.length} CPUs, ${usableCpus()} usable, ${Math.round(os.totalmem() / 1e9)} GB of memory; ${os.type()} ${os.release()}`,
    `Node.js ${process.versions.node}, onnxruntime-node ${version}; ` +
      ((await hasTurboJpeg())
        ? 'JPEGs by libturbojpeg'
        : 'libturbojpeg is not installed: JPEGs take more than twice as long to decode'),
  ];
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    return `${git('rev-parse', '--short', 'HEAD').trim()}${git('status', '--porcelain', 'src').trim() === '' ? '' : ' and changes'}`;
  } catch {
    return 'unknown';
  }
}

const LOOK_MS = 1500;
const QUIET = 0.1;

/** Looks how busy the machine is before anything of ours runs. `warning` is a sentence when it is. */
export async function lookForOtherJobs(): Promise<{ line: string; warning: string | undefined }> {
  const before = machineBusyS();
  const at = performance.now();
  await sleep(LOOK_MS);
  const busy = (machineBusyS() - before) / (((performance.now() - at) / 1000) * os.cpus().length);
  const load = os.loadavg().map(value => value.toFixed(2));
  return {
    line: `before the start: CPUs ${Math.round(busy * 100)} % busy, load average ${load.join(' ')}`,
    warning:
      busy > QUIET
        ? 'WARNING: another job is running on this machine. The figures below are not worth keeping.'
        : undefined,
  };
}
