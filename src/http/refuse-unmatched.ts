import { ServiceError } from '../errors.ts';
import type { App } from './app-deps.ts';
import { nothingHere } from './problem.ts';
import { targetPath } from './target-path.ts';

/** The route of allow-origins.ts, reached by OPTIONS that no browser of a named origin sends. */
const ANY_PREFLIGHT = '*';

/** 404 for an unknown path, 405 with `Allow` for a known one, both before the body is read. */
export function refuseUnmatched(app: App): void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url === ANY_PREFLIGHT) return;
    const known = methods.get(url) ?? new Set<string>();
    methods.set(url, known);
    for (const one of [method].flat()) known.add(one);
  });

  function methodsOfTemplate(path: string): Set<string> | undefined {
    const parts = path.split('/');
    const fits = (template: string) => {
      const wanted = template.split('/');
      const isOpenEnded = wanted.at(-1) === '*';
      if (isOpenEnded) wanted.pop();
      const hasLength = isOpenEnded ? parts.length > wanted.length : parts.length === wanted.length;
      return hasLength && wanted.every((part, i) => part.startsWith(':') || part === parts[i]);
    };
    return [...methods].find(([template]) => /\/[:*]/.test(template) && fits(template))?.[1];
  }

  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 && request.routeOptions.url !== ANY_PREFLIGHT) return done();
    const path = targetPath(request.url);
    const known = methods.get(path) ?? methodsOfTemplate(path);
    if (known === undefined) throw nothingHere();
    const allow = [...known].sort().join(', ');
    reply.header('Allow', allow);
    throw new ServiceError(
      'method_not_allowed',
      `${request.method} does not work here; ${allow} ${known.size > 1 ? 'do' : 'does'}.`,
    );
  });
  // What a plugin passes on by itself, such as an unknown file below /docs.
  app.setNotFoundHandler(() => {
    throw nothingHere();
  });
}
