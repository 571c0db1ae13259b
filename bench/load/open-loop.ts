import type { PictureRequest } from './connection.ts';
import { mustBeOk, openLightSockets } from './light-sockets.ts';
import { waitUntilDue } from './wait-until-due.ts';
import { type LoadResult, loadResult, passWindow, type Timed, type Window } from './window.ts';

/** Enough that no picture waits in the client for a connection. */
const SOCKETS = 256;

/**
 * Pictures at a fixed rate, whether the last were answered or not, each measured from the moment it was due: a server that
 * stops for a second is charged for everyone who came in that second (no coordinated omission).
 */
export async function openLoop(
  urls: readonly string[],
  requests: readonly PictureRequest[],
  perSecond: number,
  window: Window,
): Promise<LoadResult> {
  const connections = urls.map(url => openLightSockets(url, SOCKETS));
  const all: Timed[] = [];
  const underWay: Promise<void>[] = [];
  let running = true;

  async function send(number: number, dueAt: number): Promise<void> {
    const at = number % connections.length;
    const answer = await connections[at]!.ask(requests[number % requests.length]!);
    mustBeOk(answer, urls[at]!);
    all.push({ dueAt, endedAt: performance.now(), serverTiming: answer.serverTiming });
  }

  async function arrivals(): Promise<void> {
    const startedAt = performance.now();
    for (let number = 0; running; number++) {
      const sent = send(number, await waitUntilDue(startedAt + (number * 1000) / perSecond));
      sent.catch(() => {}); // awaited below; until then it is not unhandled
      underWay.push(sent);
    }
  }

  const arriving = arrivals();
  try {
    const interval = await passWindow(window);
    running = false;
    await arriving;
    await Promise.all(underWay);
    return loadResult(all, interval, ({ dueAt }) => dueAt >= interval.from && dueAt < interval.to);
  } finally {
    running = false;
    for (const connection of connections) connection.close();
  }
}
