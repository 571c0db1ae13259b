import { childrenOf, memoryOf } from '../measure/process-tree.ts';
import { gauge } from '../measure/watch-service.ts';
import type { RunningService } from '../start-service.ts';

export interface EnginesSeen {
  /** Engines that were replaced since the service has started. */
  died: number;
  /** The most that one engine had resident at once, MB; 0 where there is no /proc. */
  peakMb: number;
}

export async function lookAtEngines({ url, process }: RunningService): Promise<EnginesSeen> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const peaks = childrenOf(process.pid!).map(pid => memoryOf(pid).peak);
  return { died: gauge(text, 'gfl_engine_restarts_total'), peakMb: Math.max(0, ...peaks) };
}
