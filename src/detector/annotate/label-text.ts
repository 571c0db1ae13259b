/** A label is shown so far; longer ones end in an ellipsis. Code points: a single letter can carry any number of marks. */
const MAX_LETTERS = 48;
const MAX_CODE_POINTS = 144;

/** A label as it is shown: one line, blanks for what would break it or could reorder the text around it, and not too long. */
export function labelText(label: string): string {
  const line = label
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = Array.from(
    new Intl.Segmenter().segment(line.slice(0, 2 * MAX_CODE_POINTS)),
    ({ segment }) => segment,
  );
  let kept = letters.slice(0, MAX_LETTERS);
  while (kept.length > 1 && Array.from(kept.join('')).length > MAX_CODE_POINTS) kept = kept.slice(0, -1);
  const text = Array.from(kept.join('')).slice(0, MAX_CODE_POINTS).join('');
  return text.length < line.length ? `${text.trimEnd()}…` : text;
}
