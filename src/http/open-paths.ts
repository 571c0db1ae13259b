/**
 * Routes whose head needs no key: probes cannot send one, the page asks its visitor for it, and DeepStack's clients have it in
 * their form, where deepstack/routes.ts looks for it. `url` is the route's own, with its wildcard.
 */
const OPEN = ['/health/', '/v2/health/', '/page/', '/v1/vision/'];

export function isOpen(url: string | undefined): boolean {
  return url !== undefined && (url === '/' || OPEN.some(start => url.startsWith(start)));
}
