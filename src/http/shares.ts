import type { ClientId } from '../admission/turns.ts';

/** What one client may have of all: the rest is left for others. */
const SHARE_OF_ONE = 0.75;

/** Counts what each client holds of something limited: bytes of bodies, places for pictures. */
export interface Shares {
  /** Whether a client may hold so much more. */
  hasRoomFor(client: ClientId, amount: number): boolean;
  /** Notes that a client holds so much more, or less where `amount` is negative, whether there was room for it or not. */
  change(client: ClientId, amount: number): void;
  /** What all of them hold. */
  readonly held: number;
}

/**
 * @param all how much there is; one client may have three quarters of it
 * @param least what one client may have even if that is more than its share
 */
export function createShares(all: number, least = 0): Shares {
  const mostOfOne = Math.max(least, Math.ceil(SHARE_OF_ONE * all));
  const held = new Map<ClientId, number>();
  let heldByAll = 0;
  return {
    hasRoomFor: (client, amount) => heldByAll + amount <= all && (held.get(client) ?? 0) + amount <= mostOfOne,
    change(client, amount) {
      heldByAll += amount;
      const now = (held.get(client) ?? 0) + amount;
      if (now > 0) held.set(client, now);
      else held.delete(client);
    },
    get held() {
      return heldByAll;
    },
  };
}
