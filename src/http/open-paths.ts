/** Routes that want no key: probes cannot send one, and the page asks its visitor for it. `url` is the route's own, with its wildcard. */
export function isOpen(url: string | undefined): boolean {
  return url !== undefined && (url.startsWith('/health/') || url === '/' || url.startsWith('/page/'));
}
