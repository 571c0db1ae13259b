import type { PictureRequest } from './connection.ts';
import { mustBeOk, openLightSockets } from './light-sockets.ts';
import { type LoadResult, loadResult, passWindow, type Timed, type Window } from './window.ts';

/** So many connections, each sending its next picture when the last was answered. Dealt out evenly over the servers. */
export async function closedLoop(
  urls: readonly string[],
  requests: readonly PictureRequest[],
  connections: number,
  window: Window,
): Promise<LoadResult> {
  const all: Timed[] = [];
  let next = 0;
  let running = true;

  async function lane(number: number): Promise<void> {
    const url = urls[number % urls.length]!;
    const connection = openLightSockets(url, 1);
    try {
      while (running) {
        const dueAt = performance.now();
        const answer = await connection.ask(requests[next++ % requests.length]!);
        mustBeOk(answer, url);
        all.push({ dueAt, endedAt: performance.now(), serverTiming: answer.serverTiming });
      }
    } finally {
      connection.close();
    }
  }

  const lanes = Promise.all(Array.from({ length: connections }, (_, number) => lane(number)));
  const over = passWindow(window).finally(() => {
    running = false;
  });
  const [interval] = await Promise.all([over, lanes]);
  return loadResult(all, interval, ({ endedAt }) => endedAt >= interval.from && endedAt < interval.to);
}
