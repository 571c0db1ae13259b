import { ServiceError } from '../errors.ts';
import { createDispatch } from './dispatch.ts';
import { type Engine, startEngine } from './engine.ts';
import { type EngineEnd, neverStarted } from './engine-end.ts';
import {
  ENGINE_STATES,
  type EnginePool,
  type EngineState,
  type PoolEvent,
  type PoolOptions,
  type RestartReason,
  START_TIMEOUT_MS,
} from './pool-types.ts';
import type { EngineModel, EngineReady } from './protocol.ts';
import { createQuarantine } from './quarantine.ts';
import { createRestartDelay, isHealthy, type RestartDelay } from './restart-delay.ts';
import { usableCpus } from './usable-cpus.ts';

/**
 * Batches an engine holds: one running, one ready, one on its way. An inference blocks the thread that receives pictures
 * and starts their decoding, so with fewer it stands idle in between. Measured with one engine and nanodet-g on two CPUs
 * that others used too, best of six rounds: 17.7, 18.3, 20.3, 20.3 pictures/s for 1 to 4.
 */
const BATCHES_INSIDE = 3;
/** A process that SIGKILL does not end by then is stuck in the kernel. */
const END_TIMEOUT_MS = 5000;

/** What may have come from outside: a signal, a machine that stood still, a device that was lost. */
const DOUBTFUL: readonly RestartReason[] = ['killed', 'hang', 'failing'];

/** The place of one engine; engines come and go in it. */
interface Slot {
  number: number;
  engine?: Engine | undefined;
  restartTimer?: NodeJS.Timeout;
  restartDelay: RestartDelay;
}

/** `options.engines` child processes that load the models and detect; a dead one is replaced. */
export function createEnginePool(options: PoolOptions): EnginePool {
  const { log, maxBatch, entry = new URL('./engine-process.js', import.meta.url) } = options;
  const slotsPerEngine = BATCHES_INSIDE * maxBatch;
  const slots = Array.from({ length: options.engines }, (_, index): Slot => {
    return { number: index + 1, restartDelay: createRestartDelay() };
  });
  const listeners = new Set<() => void>();
  const eventListeners: ((event: PoolEvent) => void)[] = [];
  const quarantine = createQuarantine();
  const dispatch = createDispatch({
    engines: () => slots.map(({ engine }) => engine).filter(engine => takesPictures(engine)),
    slotsPerEngine,
    quarantine,
    onRetry: () => report({ type: 'retry' }),
    onRefusal: () => report({ type: 'refusal' }),
  });
  let provider = options.provider;
  let models: readonly EngineModel[] = [];
  /** What is not kept for the first engine is not kept for others: they would try in vain, all at once. */
  let cannotKeep: readonly string[] = [];
  let closing = false;
  let firstReady: { resolve(): void; reject(error: Error): void } | undefined;

  function launch(slot: Slot): void {
    try {
      slot.engine = engineFor(slot);
    } catch (error) {
      engineEnded(slot, { reason: 'crash', detail: neverStarted(error), readyForMs: 0, answered: 0, suspects: [] });
    }
    changed();
  }

  function engineFor(slot: Slot): Engine {
    const launchedAt = performance.now();
    return startEngine({
      number: slot.number,
      entry,
      start: {
        type: 'start',
        manifestPaths: [...options.manifestPaths],
        cacheDir: options.cacheDir ?? 'none',
        cannotKeep: [...cannotKeep],
        provider,
        inputShape: options.inputShape,
        threads: options.threadsPerEngine,
        // An idle pool gives to the first.
        threadsWhenAlone: slot.number === 1 ? (options.threadsWhenAlone ?? 1) : 1,
        maxBatch,
        maxPixels: options.maxPixels,
        formats: [...options.formats],
        graphsChecked: models.length > 0,
      },
      decodeThreads: Math.min(slotsPerEngine, Math.max(2, usableCpus())),
      startTimeoutMs: (options.startTimeoutMs ?? START_TIMEOUT_MS) * options.manifestPaths.length,
      hangTimeoutMs: options.hangTimeoutMs,
      log,
      onReady: message => engineReady(slot, message, performance.now() - launchedAt),
      onChange: changed,
      onEnd: end => engineEnded(slot, end),
    });
  }

  function engineReady(slot: Slot, message: EngineReady, startMs: number): void {
    if (models.length === 0) {
      models = message.models;
      cannotKeep = message.cannotKeep;
      // Those that follow take the same provider or fail: `auto` is decided once.
      provider = models[0]?.provider ?? provider;
    } else if (JSON.stringify(models) !== JSON.stringify(message.models)) {
      slot.engine?.kill('load_failed', 'its models are not those the first engine loaded; start the service again');
      return;
    }
    const { number: engine, engine: process } = slot;
    const ready = { engine, enginePid: process?.pid, startMs: Math.round(startMs), models, notes: message.notes };
    log.info(ready, 'engine ready');
    firstReady?.resolve();
    changed();
  }

  function engineEnded(slot: Slot, end: EngineEnd): void {
    const { reason, detail, suspects } = end;
    slot.engine = undefined;
    const engine = slot.number;
    if (closing) {
      log.info({ engine }, 'engine stopped');
      firstReady?.reject(new Error('The engines were told to stop before the first was ready.'));
    } else if (firstReady !== undefined && models.length === 0) {
      closing = true;
      firstReady.reject(new Error(`The first engine could not start (${reason}): ${detail}`));
    } else {
      quarantine.died(suspects, DOUBTFUL.includes(reason));
      const delayMs = slot.restartDelay.next(end);
      const readyForMs = Math.round(end.readyForMs);
      const fields = { engine, reason, detail, delayMs, readyForMs, suspects: suspects.length };
      log.error(fields, 'engine died; replacing it');
      slot.restartTimer = setTimeout(() => launch(slot), delayMs);
      report({ type: 'restart', engine, reason });
    }
    changed();
  }

  function changed(): void {
    dispatch.pump();
    for (const listener of listeners) listener();
  }

  function report(event: PoolEvent): void {
    for (const listener of eventListeners) listener(event);
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

    processes: () => slots.flatMap(({ number, engine }) => (engine?.pid ? { engine: number, pid: engine.pid } : [])),

    anyReady: () => slots.some(({ engine }) => takesPictures(engine)),

    crashLooping() {
      const looping = slots.filter(({ engine, restartDelay }) => {
        return restartDelay.inVain > 1 && !(engine && isHealthy(engine.life));
      });
      return looping.length;
    },

    quarantined: () => quarantine.refused,

    freeSlots: dispatch.freeSlots,

    async detect(job, signal) {
      signal?.throwIfAborted();
      if (!models.some(model => model.name === job.model)) {
        throw new ServiceError('internal', `This is a bug: no engine has a model named ${job.model}.`);
      }
      return dispatch.detect(job, signal);
    },

    onFree(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },

    onEvent(callback) {
      eventListeners.push(callback);
    },

    async close(graceMs) {
      closing = true;
      dispatch.close();
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

function takesPictures(engine: Engine | undefined): engine is Engine {
  return engine?.state === 'ready' || engine?.state === 'busy';
}
