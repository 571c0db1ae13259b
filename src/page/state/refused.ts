import type { Store } from './store.ts';

/** The service wants a key that it did not get. */
export function refused(store: Store): void {
  store.set({ wantsKey: true, refusals: store.get().refusals + 1 });
}
