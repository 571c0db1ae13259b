import type { GivenOption } from './read-request.ts';

/** What the options of a request ask for, where `optionFlaw` finds none; the defaults are those of openapi.yaml. */
export interface Wanted {
  model: string;
  most: number;
  /** By class id: the lowest score that may come, Infinity for a class that may not. */
  lowest: number[];
  distribution: boolean;
  timings: boolean;
}

export function wantedOf(
  options: readonly GivenOption[],
  { labels, models }: { labels: readonly string[]; models: readonly string[] },
): Wanted {
  const given = Object.fromEntries(options.map(({ name, value }) => [name, value]));
  const classId = (name: string) => (labels.includes(name) ? labels.indexOf(name) : Number(name));
  const lowest: number[] = labels.map(() => Number(given.score_threshold ?? 0.25));
  for (const [name, threshold] of pairs(given.class_thresholds)) lowest[classId(name)] = Number(threshold);
  if (given.classes !== undefined) {
    const wanted = new Set(items(given.classes).map(classId));
    for (const id of lowest.keys()) if (!wanted.has(id)) lowest[id] = Infinity;
  }
  const include = items(given.include ?? []);
  return {
    model: String(given.model ?? models[0]).trim(),
    most: Number(given.max_detections ?? 100),
    lowest,
    distribution: include.includes('distribution'),
    timings: include.includes('timings'),
  };
}

function items(value: unknown): string[] {
  return typeof value === 'string' ? value.split(',').map(item => item.trim()) : (value as unknown[]).map(String);
}

function pairs(value: unknown): [name: string, threshold: unknown][] {
  if (value === undefined) return [];
  if (typeof value !== 'string') return Object.entries(value as object);
  return value.split(',').map(pair => {
    const colon = pair.lastIndexOf(':');
    return [pair.slice(0, colon).trim(), pair.slice(colon + 1)];
  });
}
