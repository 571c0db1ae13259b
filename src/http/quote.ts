/** A value as it is shown in an error. Never walks into a JSON value: it may be as deep as the body is long. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? JSON.stringify(cut(value, 80)) : String(value);
}

/** @param length in UTF-16 units */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
