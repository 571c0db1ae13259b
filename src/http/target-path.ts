/** The path of a request's target, without its query: in the absolute form (RFC 9112, 3.2.2) it comes after scheme and host. */
export function targetPath(target: string): string {
  return target.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0]!;
}
