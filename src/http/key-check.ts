import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../errors.ts';

/**
 * Checks `Authorization: Bearer KEY` or `X-API-Key: KEY` against the configured keys; without keys everyone may pass.
 * Digests are compared, so the time tells neither a key's length nor how much of it was right.
 */
export function createKeyCheck(keys: readonly string[]): (headers: IncomingHttpHeaders) => void {
  const digests = keys.map(digest);
  return headers => {
    if (digests.length === 0) return;
    const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    const given = bearer ?? headers['x-api-key'];
    if (typeof given !== 'string') {
      throw new ServiceError('unauthorized', 'Send an API key as "Authorization: Bearer KEY" or "X-API-Key: KEY".');
    }
    const mine = digest(given);
    // No early way out: every key is compared.
    const matches = digests.filter(known => timingSafeEqual(known, mine));
    if (matches.length === 0) throw new ServiceError('unauthorized', 'The API key is not one of ours.');
  };
}

/** Whether the key is there and right, where that is no condition. */
export function createKeyTest(keys: readonly string[]): (headers: IncomingHttpHeaders) => boolean {
  const check = createKeyCheck(keys);
  return headers => {
    try {
      check(headers);
      return true;
    } catch {
      return false;
    }
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
