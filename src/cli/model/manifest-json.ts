const WIDTH = 120;

/** A manifest as a person would write it: lists and small objects on one line where they fit, as Biome formats them. */
export function manifestJson(manifest: object): string {
  return `${broken(manifest, '')}\n`;
}

/** @param column where the value begins on its line */
function render(value: unknown, indent: string, column: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const flat = oneLine(value);
  // One more for the comma.
  return !isTable(value) && column + flat.length + 1 <= WIDTH ? flat : broken(value, indent);
}

function broken(value: object, indent: string): string {
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map(item => `${inner}${render(item, inner, inner.length)}`)
    : Object.entries(value).map(([name, item]) => {
        const key = `${inner}${JSON.stringify(name)}: `;
        return key + render(item, inner, key.length);
      });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** Holds a list of several objects: one line each, however short. */
function isTable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const rows = Array.isArray(value) && value.length > 1 && value.every(item => Object.keys(Object(item)).length > 1);
  return (rows && typeof value[0] === 'object') || Object.values(value).some(isTable);
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return `{ ${fields.join(', ')} }`;
}
