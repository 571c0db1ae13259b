/**
 * Class names out of a labels file, one a line; the class id is the line. Lines may end as on any system, and blank ones at
 * the end do not count. A `mistake` is what follows the name of the file in a sentence.
 */
export function readLabels(bytes: Uint8Array): string[] | { mistake: string } {
  let text: string;
  try {
    // Takes a byte order mark off.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { mistake: 'is not UTF-8: save it as that' };
  }
  if (text.includes('\0')) return { mistake: 'is no text in UTF-8: save it as that' };
  const labels = text.split(/\r\n?|\n/).map(line => line.trim());
  while (labels.at(-1) === '') labels.pop();
  if (labels.length === 0) return { mistake: 'has no class names' };
  const blank = labels.indexOf('');
  if (blank >= 0) return { mistake: `line ${blank + 1} is empty` };
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (repeated !== undefined) return { mistake: `names "${repeated}" twice` };
  return labels;
}
