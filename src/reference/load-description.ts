import { readProblem, unreachable } from '../page/api/service-problem.ts';
import type { Description } from './to-try.ts';

/** `GET /docs/json`, with the key where there is one. Throws `ServiceProblem`. */
export async function loadDescription(root: URL, key: string | undefined): Promise<Description> {
  const headers: Record<string, string> = key === undefined ? {} : { 'X-API-Key': key };
  const response = await fetch(new URL('docs/json', root), { headers }).catch(lost);
  const body = await response.text().catch(lost);
  if (response.ok) {
    try {
      return JSON.parse(body) as Description;
    } catch {
      // Not JSON: a proxy's own page.
    }
  }
  throw readProblem(response.status, response.ok ? '' : body, response.headers.get('Retry-After'));
}

function lost(): never {
  throw unreachable();
}
