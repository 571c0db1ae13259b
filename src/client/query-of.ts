import type { DetectOptions } from './contract-types.ts';

/** Whatever a query can say. */
export type QueryOptions = DetectOptions & { bands?: boolean };

/** Options as the query of a request, without `?`. Lists and objects become their text: `person,car`, `person:0.5,car:0.3`. */
export function queryOf(options: QueryOptions): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) if (value !== undefined) query.set(name, textOf(value));
  return query.toString();
}

function textOf(value: NonNullable<QueryOptions[keyof QueryOptions]>): string {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, threshold]) => `${name}:${threshold}`)
    .join(',');
}
