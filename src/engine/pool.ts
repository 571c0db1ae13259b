import { ServiceError } from '../errors.ts';
import { type Engine, startEngine } from './engine.ts';
import type { EngineEnd } from './engine-end.ts';
import { ENGINE_STATES, type EnginePool, type EngineState, type PoolOptions } from './pool-types.ts';
import type { EngineModel, EngineReady } from './protocol.ts';
import { createRestartDelay } from './restart-delay.ts';
import { usableCpus } from './usable-cpus.ts';

/**
 * Batches an engine holds: one running, one ready, one on its way. An inference blocks the thread that receives pictures
 * and starts their decoding, so with fewer it stands idle in between. Measured with one engine and nanodet-g on two CPUs
 * that others used too, best of six rounds: 17.7, 18.3, 20.3, 20.3 pictures/s for 1 to 4.
 */
const BATCHES_INSIDE = 3;
const START_TIMEOUT_MS = 120_000;
/** A process that SIGKILL does not end by then is stuck in the kernel. */
const END_TIMEOUT_MS = 5000;

/** The place of one engine; engines come and go in it. */
interface Slot {
  number: number;
  engine?: Engine | undefined;
  restartTimer?: NodeJS.Timeout;
  restartDelay: ReturnType<typeof createRestartDelay>;
}

/** `options.engines` child processes that load the models and detect; a dead one is replaced. */
export function createEnginePool(options: PoolOptions): EnginePool {
  const { log, onEvent, maxBatch, entry = new URL('./engine-process.js', import.meta.url) } = options;
  const slotsPerEngine = BATCHES_INSIDE * maxBatch;
  const slots = Array.from({ length: options.engines }, (_, index): Slot => {
    return { number: index + 1, restartDelay: createRestartDelay() };
  });
  const listeners = new Set<() => void>();
  let provider = options.provider;
  let models: readonly EngineModel[] = [];
  let closing = false;
  let firstReady: { resolve(): void; reject(error: Error): void } | undefined;

  function launch(slot: Slot): void {
    const launchedAt = performance.now();
    slot.engine = startEngine({
      number: slot.number,
      entry,
      start: {
        type: 'start',
        manifestPaths: [...options.manifestPaths],
        provider,
        inputShape: options.inputShape,
        threads: options.threadsPerEngine,
        maxBatch,
        maxPixels: options.maxPixels,
        formats: [...options.formats],
      },
      decodeThreads: Math.min(slotsPerEngine, Math.max(2, usableCpus())),
      startTimeoutMs: options.startTimeoutMs ?? START_TIMEOUT_MS,
      hangTimeoutMs: options.hangTimeoutMs,
      log,
      onReady: message => engineReady(slot, message, performance.now() - launchedAt),
      onChange: changed,
      onEnd: end => engineEnded(slot, end),
    });
    changed();
  }

  function engineReady(slot: Slot, message: EngineReady, startMs: number): void {
    if (models.length === 0) {
      models = message.models;
      // Those that follow take the same provider or fail: `auto` is decided once.
      provider = models[0]?.provider ?? provider;
    } else if (JSON.stringify(models) !== JSON.stringify(message.models)) {
      slot.engine?.kill('load_failed', 'its models are not those the first engine loaded; start the service again');
      return;
    }
    const { number: engine, engine: process } = slot;
    log.info({ engine, pid: process?.pid, startMs: Math.round(startMs), models, notes: message.notes }, 'engine ready');
    firstReady?.resolve();
    changed();
  }

  function engineEnded(slot: Slot, { reason, detail, readyForMs }: EngineEnd): void {
    slot.engine = undefined;
    const engine = slot.number;
    if (closing) {
      log.info({ engine }, 'engine stopped');
      firstReady?.reject(new Error('The engines were told to stop before the first was ready.'));
    } else if (firstReady !== undefined && models.length === 0) {
      closing = true;
      firstReady.reject(new Error(`The first engine could not start (${reason}): ${detail}`));
    } else {
      const delayMs = slot.restartDelay.next(readyForMs);
      log.error({ engine, reason, detail, delayMs, readyForMs: Math.round(readyForMs) }, 'engine died; replacing it');
      slot.restartTimer = setTimeout(() => launch(slot), delayMs);
      onEvent?.({ type: 'restart', engine, reason });
    }
    changed();
  }

  function changed(): void {
    for (const listener of listeners) listener();
  }

  function free({ engine }: Slot): number {
    const takesJobs = engine?.state === 'ready' || engine?.state === 'busy';
    return takesJobs && !closing ? slotsPerEngine - engine.jobs : 0;
  }

  /** Resolves when `condition` holds, at the latest after `timeoutMs`. */
  function until(condition: () => boolean, timeoutMs: number): Promise<void> {
    return new Promise(resolve => {
      const stop = () => {
        clearTimeout(timer);
        listeners.delete(check);
        resolve();
      };
      const check = () => condition() && stop();
      const timer = setTimeout(stop, timeoutMs);
      listeners.add(check);
      check();
    });
  }

  return {
    async start() {
      const [first, ...others] = slots;
      if (first === undefined) throw new Error('A pool needs at least one engine.');
      await new Promise<void>((resolve, reject) => {
        firstReady = { resolve, reject };
        launch(first);
      });
      for (const slot of closing ? [] : others) launch(slot);
    },

    get models() {
      return models;
    },

    states() {
      const counts = Object.fromEntries(ENGINE_STATES.map(state => [state, 0])) as Record<EngineState, number>;
      for (const { engine } of slots) counts[engine?.state ?? 'stopped'] += 1;
      return counts;
    },

    anyReady: () => slots.some(({ engine }) => engine?.state === 'ready' || engine?.state === 'busy'),

    freeSlots: () => slots.reduce((sum, slot) => sum + free(slot), 0),

    async detect(job, signal) {
      signal?.throwIfAborted();
      if (!models.some(model => model.name === job.model)) {
        throw new ServiceError('internal', `This is a bug: no engine has a model named ${job.model}.`);
      }
      const slot = slots.reduce((best, other) => (free(other) > free(best) ? other : best));
      if (slot.engine === undefined || free(slot) === 0) {
        throw new ServiceError('unavailable', 'No engine can take a picture now; send it again.', { retryAfterS: 1 });
      }
      return slot.engine.detect(job, signal);
    },

    onFree(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },

    async close(graceMs) {
      closing = true;
      for (const slot of slots) clearTimeout(slot.restartTimer);
      await until(() => slots.every(({ engine }) => (engine?.jobs ?? 0) === 0), graceMs);
      for (const { engine } of slots) {
        if (engine?.state === 'ready') engine.stop();
        else engine?.kill('killed', 'the service stops');
      }
      await until(() => slots.every(({ engine }) => engine === undefined), END_TIMEOUT_MS);
    },
  };
}
