import { setTimeout as sleep } from 'node:timers/promises';

interface Ready {
  engines?: { serving: number };
}

/**
 * Waits until so many engines serve.
 *
 * @returns milliseconds it took
 * @throws a sentence when they do not within `withinMs`
 */
export async function untilWhole(url: string, engines: number, withinMs: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { engines: states } = (await (await fetch(`${url}/health/ready`)).json()) as Ready;
    const tookMs = performance.now() - startedAt;
    if (states?.serving === engines) return tookMs;
    if (tookMs > withinMs) throw new Error(`${states?.serving ?? 0} of ${engines} engines serve after ${withinMs} ms.`);
    await sleep(20);
  }
}
