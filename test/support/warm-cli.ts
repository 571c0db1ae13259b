import { type ChildProcess, fork } from 'node:child_process';
import type { CliOutcome } from './run-cli.ts';

/**
 * `gfl-serve model` again and again in one process, which after the first time has ONNX Runtime loaded and everything compiled: with run-cli.ts
 * that costs two processes and a second of CPU each time. For tests of what a command does, not of its processes.
 */
export interface WarmCli {
  /** As `runCli` has it, one at a time; the first argument is `model`. */
  run(args: readonly string[]): Promise<CliOutcome>;
  stop(): void;
}

export function startWarmCli(): WarmCli {
  let host: ChildProcess | undefined;
  return {
    run: ([command, ...args]) =>
      new Promise((resolve, reject) => {
        if (command !== 'model') throw new Error(`The warm command line does model, not ${command}.`);
        host ??= fork(new URL('./command-host.js', import.meta.url), {
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        });
        const { exitCode } = host;
        const dead = (code: number | null, signal: NodeJS.Signals | null) =>
          reject(new Error(`gfl-serve model ${args.join(' ')} ended its process (${signal ?? `exit code ${code}`}).`));
        if (exitCode !== null) dead(exitCode, null);
        host.once('exit', dead);
        host.once('message', outcome => {
          host?.off('exit', dead);
          resolve(outcome as CliOutcome);
        });
        host.send(args);
      }),
    stop: () => host?.kill(),
  };
}
