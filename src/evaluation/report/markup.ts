/** Text that is HTML or SVG already. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | null | false | readonly Part[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A template whose values are escaped, but for markup and lists of it. Numbers are coordinates: they get two decimals. Nothing
 * is written for what is not there.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((all, text, i) => all + written(parts[i - 1]) + text) };
}

function written(part: Part): string {
  if (part === undefined || part === null || part === false) return '';
  if (typeof part === 'number') return String(Math.round(part * 100) / 100);
  if (typeof part === 'string') return part.replace(/[&<>"']/g, character => ENTITIES[character]!);
  return 'markup' in part ? part.markup : part.map(written).join('');
}
