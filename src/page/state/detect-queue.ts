import { detect } from '../api/client.ts';
import type { ServiceProblem } from '../api/service-problem.ts';
import { pause } from './pause.ts';
import { setStatus } from './pictures.ts';
import { refused } from './refused.ts';
import type { Store } from './store.ts';

/** One picture is on its way while another is worked on; more would only wait in the service's queue. */
const AT_ONCE = 2;
const MOST_TRIES = 5;

export interface DetectQueue {
  /** Asks for these pictures, in this order. */
  add(ids: readonly number[]): void;
  /** Asks again for every picture that failed for want of a key. */
  retryUnauthorized(): void;
  /** Asks again for all pictures: another model was chosen. */
  retryAll(): void;
}

/** Sends the pictures of the store, a few at once, and writes into the store what becomes of them. */
export function createDetectQueue(store: Store): DetectQueue {
  let waiting: number[] = [];
  const running = new Map<number, AbortController>();

  function next(): void {
    while (running.size < AT_ONCE && waiting.length > 0) void run(waiting.shift()!);
  }

  async function run(id: number): Promise<void> {
    const abort = new AbortController();
    running.set(id, abort);
    await ask(id, abort.signal);
    if (running.get(id) === abort) running.delete(id);
    next();
  }

  async function ask(id: number, signal: AbortSignal): Promise<void> {
    for (let tried = 1; ; tried++) {
      const { pictures, model, key } = store.get();
      const picture = pictures.find(one => one.id === id);
      if (picture === undefined || signal.aborted) return;
      const report = (status: Parameters<typeof setStatus>[2]) => {
        if (!signal.aborted) setStatus(store, id, status);
      };
      report({ kind: 'uploading', sent: 0 });
      try {
        const onSent = (sent: number) => report(sent < 1 ? { kind: 'uploading', sent } : { kind: 'detecting' });
        const { answer, roundTripMs } = await detect({
          ...{ picture: picture.blob, name: picture.name, model, key, onSent, signal },
        });
        report({ kind: 'done', answer, roundTripMs });
        return;
      } catch (error) {
        const problem = error as ServiceProblem;
        if (signal.aborted) return;
        if (problem.retryAfterS === undefined || tried === MOST_TRIES) {
          report({ kind: 'failed', problem });
          if (problem.code === 'unauthorized') refused(store);
          return;
        }
        report({ kind: 'waiting' });
        await pause(1000 * problem.retryAfterS);
      }
    }
  }

  function forget(id: number): void {
    running.get(id)?.abort();
    running.delete(id);
  }

  // Nobody waits for the answer to a picture that was removed: its place is for the next.
  store.watch(({ pictures }) => {
    for (const id of running.keys()) {
      if (!pictures.some(one => one.id === id)) forget(id);
    }
    next();
  });

  function add(ids: readonly number[]): void {
    for (const id of ids) {
      forget(id);
      setStatus(store, id, { kind: 'waiting' });
    }
    waiting = [...waiting.filter(id => !ids.includes(id)), ...ids];
    next();
  }

  return {
    add,
    retryUnauthorized() {
      const { pictures } = store.get();
      const refused = ({ status }: (typeof pictures)[number]) =>
        status.kind === 'failed' && status.problem.code === 'unauthorized';
      add(pictures.filter(refused).map(({ id }) => id));
    },
    retryAll() {
      const { pictures, currentId } = store.get();
      // What is looked at comes first.
      const ids = pictures.map(({ id }) => id).sort((a, b) => Number(b === currentId) - Number(a === currentId));
      add(ids);
    },
  };
}
