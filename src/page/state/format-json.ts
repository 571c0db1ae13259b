const WIDTH = 80;

/** JSON with two blanks of indent, where what fits stays on one line: boxes are read as one thing. */
export function formatJson(value: unknown, indent = ''): string {
  const flat = oneLine(value);
  if (value === null || typeof value !== 'object' || indent.length + flat.length <= WIDTH) return flat;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every(item => typeof item === 'number')) return `[\n${wrap(value, deeper)}\n${indent}]`;
    return `[\n${value.map(item => deeper + formatJson(item, deeper)).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value).map(
    ([name, item]) => `${deeper}${JSON.stringify(name)}: ${formatJson(item, deeper)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${oneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function wrap(numbers: readonly number[], indent: string): string {
  const lines = [indent];
  for (const [i, number] of numbers.entries()) {
    const word = `${number}${i < numbers.length - 1 ? ',' : ''}`;
    const line = lines.at(-1)!;
    if (line.length + word.length > WIDTH && line !== indent) lines.push(indent + word);
    else lines[lines.length - 1] = line === indent ? indent + word : `${line} ${word}`;
  }
  return lines.join('\n');
}
