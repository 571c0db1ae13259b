import { childrenOf } from '../../measure/process-tree.ts';
import type { Stage } from './torment.ts';

export const enginesOf = ({ service }: Pick<Stage, 'service'>) => childrenOf(service.process.pid!);

/** False when it has ended by itself. */
export function tell(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
