import { once } from 'node:events';
import type { StopSignal } from '../../src/stop-signals.ts';
import { slowedDown } from '../../test/support/slowed-down.ts';
import { now } from './clock.ts';
import type { Pauses } from './pauses.ts';
import { processesOf } from './processes-of.ts';
import type { TormentedService } from './tormented-service.ts';

export interface Stopped {
  signal: StopSignal;
  /** From the signal to its end. */
  ms: number;
  flaws: string[];
}

/** Beyond what it may take to drain. */
const MARGIN_MS = 1500;

/** SIGTERM, or another signal that ends it in order, while clients ask on. Resolves when it has ended, with what is wrong with how. */
export async function stopUnderLoad(
  { service, mark }: TormentedService,
  signal: StopSignal,
  pauses: Pauses,
  drainTimeoutMs: number,
  onStopping: (at: number) => void,
): Promise<Stopped> {
  const exited = once(service.process, 'exit');
  const from = now();
  onStopping(from);
  service.process.kill(signal);
  const mostMs = drainTimeoutMs + MARGIN_MS * slowedDown();
  const killer = setTimeout(() => service.process.kill('SIGKILL'), mostMs + 10_000);
  const [code, endedBy] = await exited;
  clearTimeout(killer);
  const ms = now() - from;
  const flaws: string[] = [];
  if (code !== 0) flaws.push(`${signal} ended it with ${code ?? endedBy}.`);
  if (ms > mostMs + pauses.within(from, now())) flaws.push(`It took ${ms.toFixed(0)} ms to end after ${signal}.`);
  const left = processesOf(mark);
  if (left.length > 0) flaws.push(`Processes ${left} are left behind it.`);
  return { signal, ms, flaws };
}
