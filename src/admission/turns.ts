/** Whoever a picture is counted for: the position of an API key among ours, or an address. */
export type ClientId = number | string;

/** What waits, in the order of its turns: the clients one after another, what one client has first come first served. */
export interface Turns<T> {
  readonly size: number;
  add(client: ClientId, item: T): void;
  /** Nothing happens when it waits no more. */
  remove(client: ClientId, item: T): void;
  /** The next one, which waits no more; undefined when nothing does. */
  take(): T | undefined;
  /** What goes before a new one of `client`, if every client that waits now goes on as it does. */
  ahead(client: ClientId): number;
  /**
   * Whose place `client` may have when there is no other: the last of whoever has most, if that leaves it no fewer than `client` has then.
   * Undefined when nobody has so many.
   */
  surplusFor(client: ClientId): T | undefined;
}

export function createTurns<T>(): Turns<T> {
  // The client whose turn is next comes first, and what it has in order of arrival; the dead leave from anywhere.
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
