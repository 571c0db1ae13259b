import type { ClientId } from '../admission/turns.ts';

/** Of what there is: whoever asks for most leaves the rest to others. */
const SHARE_OF_ONE = 0.75;

/** What clients hold of something of which there is only so much. */
export interface Shares {
  /** Whether a client may hold so much more. */
  hasRoomFor(client: ClientId, amount: number): boolean;
  /** It holds so much more, or less, whether there was room for it or not. */
  change(client: ClientId, amount: number): void;
}

/**
 * @param all how much there is; one client may have three quarters of it
 * @param least that one client may have in any case
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
  };
}
