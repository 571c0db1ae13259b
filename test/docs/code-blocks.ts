/** The text of every fenced block of a Markdown page in one of these languages, in order. */
export function codeBlocks(page: string, ...languages: string[]): string[] {
  const fenced = /^( *)```(\w+)\n([\s\S]*?)^\1```$/gm;
  return [...page.matchAll(fenced)]
    .filter(([, , language]) => languages.includes(language!))
    .map(([, , , text]) => text!);
}

/** The commands of a shell block: one a line, continued by a backslash; comments and empty lines are none. */
export function commandsOf(block: string): string[] {
  return block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map(line => line.replace(/\s+#\s.*$/, '').trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}
