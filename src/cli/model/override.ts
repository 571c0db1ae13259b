import { CliError } from '../cli-error.ts';

/** `input.colour=rgb`, `input.pad=[114,114,114]`: the value is JSON, or a word. */
export function parseOverride(text: string): [field: string, value: unknown] {
  const at = text.indexOf('=');
  const field = text.slice(0, Math.max(at, 0));
  if (!/^[A-Za-z]+(\.[A-Za-z]+|\.\d+)*$/.test(field)) {
    throw new CliError(`--set takes FIELD=VALUE, such as input.colour=rgb, but received "${text}".`);
  }
  const value = text.slice(at + 1);
  try {
    return [field, JSON.parse(value)];
  } catch {
    return [field, value];
  }
}

/** Sets one field of a manifest, in place; whether there is such a field is for the schema to say. */
export function override(manifest: object, field: string, value: unknown): void {
  const names = field.split('.');
  let at = manifest as Record<string, unknown>;
  for (const name of names.slice(0, -1)) {
    const next = Object.hasOwn(at, name) ? at[name] : undefined;
    if (typeof next !== 'object' || next === null) {
      at[name] = {};
    }
    at = at[name] as Record<string, unknown>;
  }
  const last = names.at(-1)!;
  // null takes an optional field away.
  if (value === null) delete at[last];
  else at[last] = value;
}
