import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../errors.ts';

/**
 * What is wrong with the keys of a request, as a sentence; undefined when one of them, in `Authorization: Bearer KEY`, in
 * `X-API-Key: KEY` or `elsewhere`, is one of the configured keys, and where there are none. Digests are compared, so the time
 * tells neither a key's length nor how much of it was right.
 */
export function createKeyFlaw(
  keys: readonly string[],
): (headers: IncomingHttpHeaders, elsewhere?: string) => string | undefined {
  const digests = keys.map(digest);
  return (headers, elsewhere) => {
    if (digests.length === 0) return undefined;
    const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    // A proxy may have put a token of its own into one of them.
    const given = [bearer, headers['x-api-key'], elsewhere].filter(key => typeof key === 'string');
    if (given.length === 0) return 'Send an API key as "Authorization: Bearer KEY" or "X-API-Key: KEY".';
    // No early way out: everything given is compared with every key.
    const matches = given.map(digest).flatMap(mine => digests.filter(known => timingSafeEqual(known, mine)));
    return matches.length === 0 ? 'The API key is not one of ours.' : undefined;
  };
}

/** Throws `unauthorized` for a request whose keys have a flaw. */
export function createKeyCheck(keys: readonly string[]): (headers: IncomingHttpHeaders, elsewhere?: string) => void {
  const flawOf = createKeyFlaw(keys);
  return (headers, elsewhere) => {
    const flaw = flawOf(headers, elsewhere);
    if (flaw !== undefined) throw new ServiceError('unauthorized', flaw);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
