import { availableParallelism, loadavg } from 'node:os';

/** A bound that a busy machine stretches without end holds nothing. */
const AT_MOST = 2;

/**
 * From 1 to 2: how much longer what computes takes on this machine now because others compute, too. For bounds on times that hold
 * on a machine of one's own; ask where the bound is asserted, for the load changes.
 */
export function slowedDown(): number {
  return Math.min(AT_MOST, Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()));
}
