import { availableParallelism, loadavg } from 'node:os';

/**
 * At least 1: how much longer what computes takes on this machine now because others compute, too. For bounds on times that
 * hold on a machine of one's own.
 */
export function slowedDown(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}
