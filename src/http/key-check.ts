import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../errors.ts';

/** The position of a request's key among the configured ones (absent where none are configured), or a sentence that says what is wrong. */
export type KeyFinding = { key?: number; flaw?: undefined } | { key?: undefined; flaw: string };

/**
 * Looks for one of the configured keys in `Authorization: Bearer KEY`, in `X-API-Key: KEY` and `elsewhere`. Digests are compared, so the
 * time tells neither a key's length nor how much of it was right.
 */
export function createKeyFinder(
  keys: readonly string[],
): (headers: IncomingHttpHeaders, elsewhere?: string) => KeyFinding {
  const digests = keys.map(digest);
  return (headers, elsewhere) => {
    if (digests.length === 0) return {};
    const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    // A proxy may have put a token of its own into one of them.
    const given = [bearer, headers['x-api-key'], elsewhere].filter(key => typeof key === 'string');
    if (given.length === 0) return { flaw: 'Send an API key as "Authorization: Bearer KEY" or "X-API-Key: KEY".' };
    // No early way out: everything given is compared with every key.
    const found = given.map(digest).map(mine => digests.map(known => timingSafeEqual(known, mine)).indexOf(true));
    const key = Math.max(...found);
    return key < 0 ? { flaw: 'The API key is not one of ours.' } : { key };
  };
}

/** Finds the key of a request as `createKeyFinder` does; throws `unauthorized` when something is wrong. */
export function createKeyCheck(
  keys: readonly string[],
): (headers: IncomingHttpHeaders, elsewhere?: string) => number | undefined {
  const find = createKeyFinder(keys);
  return (headers, elsewhere) => {
    const found = find(headers, elsewhere);
    if (found.flaw !== undefined) throw new ServiceError('unauthorized', found.flaw);
    return found.key;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
