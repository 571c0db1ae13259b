import type { GivenOption } from './read-request.ts';

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

function number(value: unknown, min: number, max: number): boolean {
  if (typeof value === 'string' && !DECIMAL.test(value)) return false;
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  return Number(value) >= min && Number(value) <= max;
}

function everyItem(value: unknown, isItem: (item: string) => boolean): boolean {
  const items = typeof value === 'string' ? value.split(',').map(item => item.trim()) : value;
  const isText = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  return Array.isArray(items) && items.length > 0 && items.every(item => isText(item) && isItem(String(item)));
}

/** The contract's options, written down a second time: whether a value may lead to a success. */
function table(labels: readonly string[], models: readonly string[]): Record<string, (value: unknown) => boolean> {
  const isClass = (item: string) => labels.includes(item) || (/^\d+$/.test(item) && Number(item) < labels.length);
  const idOf = (name: string) => (labels.includes(name) ? labels.indexOf(name) : Number(name));
  // One threshold for each class, whatever it is called.
  const arePairs = (pairs: [string, unknown][]) =>
    pairs.every(([name, threshold]) => isClass(name) && number(threshold, 0, 1)) &&
    new Set(pairs.map(([name]) => idOf(name))).size === pairs.length;
  const flag = (value: unknown) =>
    typeof value === 'string'
      ? /^\s*(true|false|0|1)\s*$/i.test(value)
      : [true, false, 0, 1].some(allowed => value === allowed);
  return {
    score_threshold: value => number(value, 0, 1),
    iou_threshold: value => number(value, 0, 1),
    max_detections: value => number(value, 1, 1000) && Number.isInteger(Number(value)),
    class_agnostic: flag,
    bands: flag,
    classes: value => everyItem(value, isClass),
    include: value =>
      everyItem(value, item => item === 'distribution' || item === 'timings') ||
      (Array.isArray(value) && value.length === 0),
    model: value => typeof value === 'string' && models.includes(value.trim()),
    class_thresholds(value) {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return arePairs(Object.entries(value));
      if (typeof value !== 'string') return false;
      const cut = value.split(',').map(pair => [pair, pair.lastIndexOf(':')] as const);
      const pairs = cut.map(([pair, colon]): [string, string] => [pair.slice(0, colon).trim(), pair.slice(colon + 1)]);
      return cut.every(([, colon]) => colon > 0) && arePairs(pairs);
    },
  };
}

/** Why these options can lead to no success, if they cannot. */
export function optionFlaw(
  given: readonly GivenOption[],
  { labels, models }: { labels: readonly string[]; models: readonly string[] },
): string | undefined {
  const known = table(labels, models);
  const seen = new Set<string>();
  for (const { name, value } of given) {
    if (!Object.hasOwn(known, name)) return `no option is named ${JSON.stringify(name)}`;
    if (seen.has(name)) return `${name} is given twice`;
    seen.add(name);
    if (!known[name]!(value)) return `${name} cannot be ${JSON.stringify(value)}`;
  }
  return undefined;
}
