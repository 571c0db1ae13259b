import childProcess, { type ForkOptions } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Loaded into the service by `NODE_OPTIONS=--import=...`: it starts dangerous engines in place of its own. */
const ENGINE = fileURLToPath(new URL('./dangerous-engine.js', import.meta.url));
/** So that a full heap takes no second. */
const SMALL_HEAP = ['--max-old-space-size=60'];

const { fork } = childProcess;
childProcess.fork = ((_file: string, args: string[], options: ForkOptions) =>
  fork(ENGINE, args, { ...options, execArgv: SMALL_HEAP })) as typeof fork;
syncBuiltinESMExports();
