import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PictureRequest } from './connection.ts';

/** How one request ended, whatever its status; milliseconds on the clock of `performance.now`. */
export interface Outcome<R extends PictureRequest = PictureRequest> {
  request: R;
  dueAt: number;
  endedAt: number;
  /** 0: there was no complete answer. */
  status: number;
  /** Seconds. */
  retryAfter?: number;
  /** Why there was none. */
  error?: string;
}

export interface SteadyLoad<R extends PictureRequest> {
  /** Grows while the load runs, in the order of the answers. */
  readonly outcomes: readonly Outcome<R>[];
  /** Sends nothing more; resolves when everything sent has ended. */
  stop(): Promise<readonly Outcome<R>[]>;
}

const ANSWER_WITHIN_MS = 60_000;

/** Requests at a fixed rate over kept-alive connections, whether the last were answered or not, and whatever the answers are. */
export function steadyLoad<R extends PictureRequest>(
  url: string,
  requests: readonly R[],
  perSecond: number,
  sockets = 512,
): SteadyLoad<R> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets });
  const outcomes: Outcome<R>[] = [];
  const underWay = new Set<Promise<void>>();
  let running = true;

  async function send(request: R, dueAt: number): Promise<void> {
    const answer = await ask(url, request, agent);
    outcomes.push({ request, dueAt, endedAt: performance.now(), ...answer });
  }

  const arriving = (async () => {
    const startedAt = performance.now();
    for (let number = 0; running; number++) {
      const dueAt = startedAt + (number * 1000) / perSecond;
      const early = dueAt - performance.now();
      if (early > 0) await sleep(early);
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
      agent.destroy();
      return outcomes;
    },
  };
}

type Answer = Pick<Outcome, 'status' | 'retryAfter' | 'error'>;

function ask(url: string, { path, headers, body }: PictureRequest, agent: http.Agent): Promise<Answer> {
  return new Promise(resolve => {
    const failed = (error: Error) => resolve({ status: 0, error: error.message });
    const options = { agent, method: 'POST', headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
    const request = http.request(`${url}${path}`, options, response => {
      const retryAfter = response.headers['retry-after'];
      response.resume();
      response.on('error', failed);
      response.on('end', () => {
        resolve({ status: response.statusCode!, ...(retryAfter !== undefined && { retryAfter: Number(retryAfter) }) });
      });
    });
    request.on('error', failed);
    request.end(body);
  });
}
