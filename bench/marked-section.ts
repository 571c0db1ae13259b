import { readFile, writeFile } from 'node:fs/promises';

/** `text` with what lies between `<!-- name:begin -->` and `<!-- name:end -->` replaced. */
export function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`Expected the page to have ${begin} and, after it, ${end}.`);
  return `${text.slice(0, from + begin.length)}\n\n${content.trim()}\n\n${text.slice(to)}`;
}

export async function writeSection(page: string, name: string, content: string): Promise<void> {
  await writeFile(page, replaceSection(await readFile(page, 'utf8'), name, content));
}
