import { workerData } from 'node:worker_threads';

/**
 * Thread that ends the engine when its parent is gone. The main thread hears of that by itself, but not in the middle of
 * an inference, and never in one that hangs.
 */
const CHECK_MS = 500;
const { parent } = workerData as { parent: number };

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, CHECK_MS);
