import { getJson } from '../page/api/get.ts';
import type { Description } from './to-try.ts';

/** `GET /docs/json`, with the key where there is one. Throws `ServiceProblem`. */
export function loadDescription(root: URL, key: string | undefined): Promise<Description> {
  return getJson(new URL('docs/json', root), key, said => said as Description);
}
