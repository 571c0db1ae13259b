/**
 * Routes whose head needs no key: probes cannot send one, the page and the API reference ask their visitor for it, and
 * DeepStack's clients have it in their form, where deepstack/routes.ts looks for it. `url` is the route's own, with its wildcard.
 */
const OPEN = ['/', '/docs', '/docs/'];
const OPEN_BELOW = ['/health/', '/v2/health/', '/page/', '/docs/static/', '/v1/vision/'];

export function isOpen(url: string | undefined): boolean {
  return url !== undefined && (OPEN.includes(url) || OPEN_BELOW.some(start => url.startsWith(start)));
}
