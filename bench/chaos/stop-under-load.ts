import { once } from 'node:events';
import { slowedDown } from '../../test/support/slowed-down.ts';
import { now } from './clock.ts';
import type { Pauses } from './pauses.ts';
import { processesOf } from './processes-of.ts';
import type { TormentedService } from './tormented-service.ts';

export interface Stopped {
  /** From SIGTERM to its end. */
  ms: number;
  flaws: string[];
}

/** Beyond what it may take to drain. */
const MARGIN_MS = 1500;

/** SIGTERM while clients ask on. Resolves when it has ended, with what is wrong with how. */
export async function stopUnderLoad(
  { service, mark }: TormentedService,
  pauses: Pauses,
  drainTimeoutMs: number,
  onStopping: (at: number) => void,
): Promise<Stopped> {
  const exited = once(service.process, 'exit');
  const from = now();
  onStopping(from);
  service.process.kill('SIGTERM');
  const mostMs = drainTimeoutMs + MARGIN_MS * slowedDown();
  const killer = setTimeout(() => service.process.kill('SIGKILL'), mostMs + 10_000);
  const [code, signal] = await exited;
  clearTimeout(killer);
  const ms = now() - from;
  const flaws: string[] = [];
  if (code !== 0) flaws.push(`SIGTERM ended it with ${code ?? signal}.`);
  if (ms > mostMs + pauses.within(from, now())) flaws.push(`It took ${ms.toFixed(0)} ms to end after SIGTERM.`);
  const left = processesOf(mark);
  if (left.length > 0) flaws.push(`Processes ${left} are left behind it.`);
  return { ms, flaws };
}
