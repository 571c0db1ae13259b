import type { GivenOption } from './options.ts';

/** The options of a query; one that is repeated comes out once for each time, for `readOptions` to refuse. */
export function queryOptions(query: unknown): GivenOption[] {
  return Object.entries(query as Record<string, string | string[]>).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map(one => ({ name, value: one })) : [{ name, value }],
  );
}
