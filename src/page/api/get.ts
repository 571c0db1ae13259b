import { readProblem, unreachable } from './service-problem.ts';

/** Throws `ServiceProblem`. */
export async function get(url: string | URL, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, { headers }).catch(lost);
  if (response.ok) return response;
  throw readProblem(response.status, await response.text().catch(lost), response.headers.get('Retry-After'));
}

/**
 * What `read` makes of JSON that may want a key. Throws `ServiceProblem`, also where it is no JSON, or `read` gives undefined: a
 * proxy's own page.
 */
export async function getJson<T>(
  url: string | URL,
  key: string | undefined,
  read: (said: unknown) => T | undefined,
): Promise<T> {
  const response = await get(url, key === undefined ? {} : { 'X-API-Key': key });
  const body = await response.text().catch(lost);
  try {
    const found = read(JSON.parse(body));
    if (found !== undefined) return found;
  } catch {
    // Not JSON, or not of that form.
  }
  throw readProblem(response.status, '', null);
}

/** The connection broke while something was read. */
export function lost(): never {
  throw unreachable();
}
