import { setTimeout as sleep } from 'node:timers/promises';

export interface Crowd {
  /** How often each status came, once the last has its answer. */
  stop(): Promise<Record<number, number>>;
}

/**
 * Clients that have pictures annotated: each sends its next when the last was answered, and waits for a moment when it was refused.
 *
 * @param query such as `?bands=true`
 * @param next the bytes to send
 */
export function annotateAgainAndAgain(
  { url, query, accept }: { url: string; query: string; accept: string },
  clients: number,
  next: () => Uint8Array<ArrayBuffer>,
): Crowd {
  const statuses: Record<number, number> = {};
  let running = true;

  async function client(): Promise<void> {
    while (running) {
      const response = await fetch(`${url}/detect${query}`, { method: 'POST', headers: { accept }, body: next() });
      await response.arrayBuffer();
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      if (response.status !== 200) await sleep(100);
    }
  }

  const all = Promise.all(Array.from({ length: clients }, client));
  all.catch(() => {}); // awaited in stop()
  return {
    async stop() {
      running = false;
      await all;
      return statuses;
    },
  };
}
