import type { ClientSettings } from './clients.ts';
import { type Probes, startProbes } from './probes.ts';
import { type WatchSettings, watch } from './watch.ts';

export interface Observers {
  probes: Probes;
  /** Resolves, when nothing of theirs is under way, to how often they have looked. */
  stop(): Promise<number>;
}

/** Who looks on from outside, beside the clients. */
export function startObservers(settings: Omit<ClientSettings, 'count'> & WatchSettings): Observers {
  const probes = startProbes(settings);
  const watching = watch(settings);
  return {
    probes,
    async stop() {
      await probes.stop();
      await watching.stop();
      return watching.looks;
    },
  };
}
