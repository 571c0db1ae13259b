const MARK = '<!-- modules -->';

/**
 * The document with a preload for every module: the browser asks for all of them at once, not for each when another names it.
 * `scripts` are paths below the page. Throws when the document has no place for them.
 */
export function withPreloads(html: string, scripts: readonly string[]): string {
  if (!html.includes(MARK)) throw new Error(`index.html has no ${MARK}`);
  const links = [...scripts].sort().map(script => `<link rel="modulepreload" href="page/${script}">`);
  return html.replace(MARK, links.join('\n    '));
}
