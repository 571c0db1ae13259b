import type { DetectOptions } from './contract-types.ts';

/** Whatever a query can say. */
export type QueryOptions = DetectOptions & { bands?: boolean };

/**
 * Options as the query of a request, without `?`. Lists and objects become their text: `person,car`, `person:0.5,car:0.3`.
 * Throws `TypeError` for a name with a comma in it, which the service would read as two.
 */
export function queryOf(options: QueryOptions): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !saysNothing(name, value)) query.set(name, textOf(name, value));
  }
  return query.toString();
}

/** As where it is left out. `classes` with none in it asks for none, which no query can say: the service refuses it. */
function saysNothing(option: string, value: NonNullable<QueryOptions[keyof QueryOptions]>): boolean {
  return typeof value === 'object' && option !== 'classes' && Object.keys(value).length === 0;
}

function textOf(option: string, value: NonNullable<QueryOptions[keyof QueryOptions]>): string {
  if (Array.isArray(value)) return value.map(item => whole(option, String(item))).join(',');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, threshold]) => `${whole(option, name)}:${threshold}`)
    .join(',');
}

function whole(option: string, name: string): string {
  if (!name.includes(',')) return name;
  throw new TypeError(`${option} has "${name}", whose comma would make two of it; give the class by its id.`);
}
