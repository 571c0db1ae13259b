/** The client that a picture is counted for: the position of its API key in the configuration, or its address where it has none. */
export type ClientId = number | string;

/** A queue in which clients take turns (round robin); the items of one client keep their order. */
export interface Turns<T> {
  readonly size: number;
  add(client: ClientId, item: T): void;
  /** Does nothing when the item waits no more. */
  remove(client: ClientId, item: T): void;
  /** Removes and returns the next item; undefined when none waits. */
  take(): T | undefined;
  /** How many items would go before a new one of `client`, if every client that waits now always has one more. */
  ahead(client: ClientId): number;
  /**
   * The item that has to go to make room for a new one of `client`: the last of the client that has most. Undefined unless that client
   * then still has at least as many as `client`, the new one included.
   */
  surplusFor(client: ClientId): T | undefined;
}

export function createTurns<T>(): Turns<T> {
  // The client whose turn is next comes first, each with its items in order of arrival. Sets: an item may leave from anywhere.
  const waiting = new Map<ClientId, Set<T>>();
  let size = 0;

  function remove(client: ClientId, item: T): void {
    const mine = waiting.get(client);
    if (!mine?.delete(item)) return;
    size -= 1;
    if (mine.size === 0) waiting.delete(client);
  }

  return {
    get size() {
      return size;
    },
    add(client, item) {
      const mine = waiting.get(client) ?? new Set();
      waiting.set(client, mine.add(item));
      size += 1;
    },
    remove,
    take() {
      for (const [client, mine] of waiting) {
        const [item] = mine;
        remove(client, item!);
        if (waiting.delete(client)) waiting.set(client, mine); // behind the others
        return item;
      }
      return undefined;
    },
    ahead(client) {
      const mine = waiting.get(client);
      const clients = waiting.size + (mine === undefined ? 1 : 0);
      return ((mine?.size ?? 0) + 1) * clients - 1;
    },
    surplusFor(client) {
      let most: Set<T> = new Set();
      for (const mine of waiting.values()) if (mine.size > most.size) most = mine;
      const own = waiting.get(client)?.size ?? 0;
      return most.size > own + 1 ? [...most].at(-1) : undefined;
    },
  };
}
