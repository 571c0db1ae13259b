import type { PictureRequest } from './connection.ts';
import { type LightAnswer, openLightSockets } from './light-sockets.ts';
import { waitUntilDue } from './wait-until-due.ts';

/** How one request ended, whatever its status; milliseconds on the clock of `performance.now`. */
export interface Outcome<R extends PictureRequest = PictureRequest> extends LightAnswer {
  request: R;
  /** Or when it was sent, if that was a moment earlier. */
  dueAt: number;
  endedAt: number;
}

export interface SteadyLoad<R extends PictureRequest> {
  /** Grows while the load runs, in the order of the answers. */
  readonly outcomes: readonly Outcome<R>[];
  /** Sends nothing more; resolves when everything sent has ended. */
  stop(): Promise<readonly Outcome<R>[]>;
}

/** Requests at a fixed rate over kept-alive connections, whether the last were answered or not, and whatever the answers are. */
export function steadyLoad<R extends PictureRequest>(
  url: string,
  requests: readonly R[],
  perSecond: number,
  sockets = 512,
): SteadyLoad<R> {
  const connections = openLightSockets(url, sockets);
  const outcomes: Outcome<R>[] = [];
  const underWay = new Set<Promise<void>>();
  let running = true;

  async function send(request: R, dueAt: number): Promise<void> {
    const answer = await connections.ask(request);
    outcomes.push({ request, dueAt, endedAt: performance.now(), ...answer });
  }

  const arriving = (async () => {
    const startedAt = performance.now();
    for (let number = 0; running; number++) {
      const dueAt = await waitUntilDue(startedAt + (number * 1000) / perSecond);
      const sent: Promise<void> = send(requests[number % requests.length]!, dueAt).finally(() => underWay.delete(sent));
      underWay.add(sent);
    }
  })();

  return {
    outcomes,
    async stop() {
      running = false;
      await arriving;
      await Promise.all(underWay);
      connections.close();
      return outcomes;
    },
  };
}
