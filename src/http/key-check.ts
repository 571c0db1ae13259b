import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../errors.ts';

/**
 * What is wrong with the `Authorization: Bearer KEY` or `X-API-Key: KEY` of a request, as a sentence; undefined when it is one of the
 * configured keys, and where there are none. Digests are compared, so the time tells neither a key's length nor how much of
 * it was right.
 */
export function createKeyFlaw(keys: readonly string[]): (headers: IncomingHttpHeaders) => string | undefined {
  const digests = keys.map(digest);
  return headers => {
    if (digests.length === 0) return undefined;
    const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    const given = bearer ?? headers['x-api-key'];
    if (typeof given !== 'string') return 'Send an API key as "Authorization: Bearer KEY" or "X-API-Key: KEY".';
    const mine = digest(given);
    // No early way out: every key is compared.
    const matches = digests.filter(known => timingSafeEqual(known, mine));
    return matches.length === 0 ? 'The API key is not one of ours.' : undefined;
  };
}

/** Throws `unauthorized` for a request whose key has a flaw. */
export function createKeyCheck(keys: readonly string[]): (headers: IncomingHttpHeaders) => void {
  const flawOf = createKeyFlaw(keys);
  return headers => {
    const flaw = flawOf(headers);
    if (flaw !== undefined) throw new ServiceError('unauthorized', flaw);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
