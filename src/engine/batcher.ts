export interface BatcherOptions<Item, Result> {
  maxBatch: number;
  /** Items of one key can share a batch. */
  keyOf: (item: Item) => string;
  /** False: nobody waits for this item any more; it is left out, and its promise resolves to undefined. */
  isWanted?: (item: Item) => boolean;
  /** One result an item, in order. Never called while an earlier call is unsettled. */
  run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Calls back after the event loop has looked for what came in meanwhile. */
  defer?: (callback: () => void) => void;
}

export interface Batcher<Item, Result> {
  /** Rejects with what the run of its batch rejects with. */
  add(item: Item): Promise<Result | undefined>;
  readonly waiting: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result | undefined): void;
  reject(error: unknown): void;
}

/**
 * Runs what is waiting, as batches of one key, never waiting for a batch to fill. The oldest item always goes next and takes
 * along the oldest others of its key, so no key can starve another.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { maxBatch, keyOf, isWanted = () => true, run, defer = setImmediate } = options;
  let waiting: Waiting<Item, Result>[] = [];
  let running = false;

  function takeBatch(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    const rest: Waiting<Item, Result>[] = [];
    let key: string | undefined; // of the oldest
    for (const entry of waiting) {
      if (!isWanted(entry.item)) {
        entry.resolve(undefined);
        continue;
      }
      key ??= keyOf(entry.item);
      if (batch.length < maxBatch && keyOf(entry.item) === key) batch.push(entry);
      else rest.push(entry);
    }
    waiting = rest;
    return batch;
  }

  async function runNext(): Promise<void> {
    const batch = takeBatch();
    if (batch.length > 0) {
      try {
        const results = await run(batch.map(entry => entry.item));
        if (results.length !== batch.length) {
          throw new Error(`This is a bug: ${results.length} results for a batch of ${batch.length}.`);
        }
        batch.forEach((entry, index) => {
          entry.resolve(results[index]);
        });
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    running = false;
    schedule();
  }

  function schedule(): void {
    if (running || waiting.length === 0) return;
    running = true;
    // A run blocks the event loop: pictures decoded during the last one are only seen once the loop has turned.
    defer(() => void runNext());
  }

  return {
    add(item) {
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        schedule();
      });
    },
    get waiting() {
      return waiting.length;
    },
  };
}
