import type { EnginePool, PoolJob } from '../engine/pool-types.ts';
import type { EngineResult } from '../engine/protocol.ts';
import { ServiceError } from '../errors.ts';
import { CliError } from './cli-error.ts';

/** An engine that dies takes up to three pictures with it; one that kills every engine is given up. */
const ATTEMPTS = 3;
const NO_ENGINE_MS = 60_000;

/**
 * Waits for an engine and has it detect; again when the engine dies with the picture inside. Nobody is in a hurry here, so
 * there is no queue and no deadline.
 */
export async function detectPatiently(pool: EnginePool, job: PoolJob): Promise<EngineResult> {
  for (let attempt = 1; ; attempt++) {
    // No await between the last look and the call: others wait for the same slot.
    while (pool.freeSlots() === 0) await slotsChanged(pool);
    try {
      return await pool.detect(job);
    } catch (error) {
      const engineDied = error instanceof ServiceError && error.code === 'unavailable';
      if (!engineDied || attempt === ATTEMPTS) throw error;
    }
  }
}

function slotsChanged(pool: EnginePool): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    const timer = setTimeout(() => {
      stop();
      // Engines that are at work keep the others waiting; that is no reason to give up.
      if (pool.anyReady()) resolve();
      else reject(new CliError(`No engine came back within ${NO_ENGINE_MS / 1000} s.`));
    }, NO_ENGINE_MS).unref(); // a command that was stopped does not wait for it
    const unsubscribe = pool.onFree(() => {
      stop();
      resolve();
    });
  });
}
