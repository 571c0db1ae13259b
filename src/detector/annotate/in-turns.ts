import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that says by `yield` where it can rest: every few milliseconds on a large picture. */
export type Steps<T = void> = Generator<void, T>;

/** How long the thread is kept: a picture that is detected meanwhile waits for three or four such turns until its answer. */
const TURN_MS = 20;

/** Does work to its end, with a turn of the event loop in between. Rejects with the signal's reason at the next turn once it is aborted. */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  let endsAt = performance.now() + TURN_MS;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() < endsAt) continue;
    await nextTurn();
    signal?.throwIfAborted();
    endsAt = performance.now() + TURN_MS;
  }
}
