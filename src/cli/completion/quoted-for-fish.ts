/** As one word for fish; bash and zsh read what `quoteArgument` gives. */
export function quotedForFish(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
