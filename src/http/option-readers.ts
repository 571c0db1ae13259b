import { type DetectOptions, findClass, MAX_DETECTIONS } from '../detector/contract.ts';
import { INCLUDES, type OptionName } from './option-schemas.ts';

export interface Settings extends DetectOptions {
  includeTimings?: boolean;
  bands?: boolean;
}

/** What a value should have been: completes "expected …". */
export class Unexpected extends Error {}

/** Of a list, and characters of a text: a body can hold millions, and every one is looked up. */
const MAX_ITEMS = 10_000;
const MAX_TEXT = 200_000;

/** Each reads one option, text or JSON value, and throws `Unexpected` or the `DetectorError` of an unknown class. */
export const OPTION_READERS: Record<OptionName, (value: unknown, labels: readonly string[]) => Settings> = {
  score_threshold: value => ({ scoreThreshold: fraction(value) }),
  class_thresholds: (value, labels) => ({ classThresholds: classThresholds(value, labels) }),
  iou_threshold: value => ({ iouThreshold: fraction(value) }),
  max_detections: value => ({ maxDetections: count(value) }),
  classes: (value, labels) => ({
    classes: [
      ...new Set(
        items(value, 'class names or ids, comma-separated').map(name => labels[findClass(labels, name, 'classes')]!),
      ),
    ],
  }),
  class_agnostic: value => ({ classAgnostic: flag(value) }),
  bands: value => ({ bands: flag(value) }),
  // Which model it is decides the labels, so it was read before the others.
  model: () => ({}),
  include: value => {
    const expected = `a comma list of ${INCLUDES.join(', ')}`;
    const isNothing = Array.isArray(value) && value.length === 0;
    const wanted = isNothing ? [] : items(value, expected);
    if (!wanted.every(item => INCLUDES.some(name => name === item))) throw new Unexpected(expected);
    return { includeDistribution: wanted.includes('distribution'), includeTimings: wanted.includes('timings') };
  },
};

function fraction(value: unknown): number {
  const number = decimal(value);
  if (number >= 0 && number <= 1) return number;
  throw new Unexpected('a number from 0 to 1');
}

function count(value: unknown): number {
  const number = decimal(value);
  if (Number.isInteger(number) && number >= 1 && number <= MAX_DETECTIONS) return number;
  throw new Unexpected(`a whole number from 1 to ${MAX_DETECTIONS}`);
}

function flag(value: unknown): boolean {
  const text = typeof value === 'object' ? '' : String(value).trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new Unexpected('true, false, 1 or 0');
}

/** Without two ways to read one run of digits: a long one with a wrong end would be tried in each. */
const DECIMAL = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;

/** The number that a JSON number or a decimal text stands for; NaN for anything else, `0x10` and the empty text included. */
function decimal(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !DECIMAL.test(value)) return Number.NaN;
  return Number(value);
}

/** A comma-separated text or a JSON array; a label may contain blanks, but not a comma when it is given as text. */
function items(value: unknown, expected: string): (string | number)[] {
  const list = typeof value === 'string' ? split(value) : value;
  const isItem = (item: unknown) => (typeof item === 'string' && item !== '') || typeof item === 'number';
  if (Array.isArray(list) && list.length > MAX_ITEMS) throw new Unexpected(`at most ${MAX_ITEMS} items`);
  if (Array.isArray(list) && list.length > 0 && list.every(isItem)) return list;
  throw new Unexpected(expected);
}

function split(text: string): string[] {
  if (text.length > MAX_TEXT) throw new Unexpected(`at most ${MAX_TEXT} characters`);
  return text.split(',').map(item => item.trim());
}

/** `person:0.5,traffic light:0.3` or the JSON object with the same pairs. A label may contain a colon: the last one counts. */
function classThresholds(value: unknown, labels: readonly string[]): Record<string, number> {
  const thresholds: Record<string, number> = {};
  for (const [name, threshold] of pairs(value)) {
    const label = labels[findClass(labels, name, 'class_thresholds')]!;
    if (Object.hasOwn(thresholds, label)) throw new Unexpected(`one threshold for "${label}"`);
    const number = decimal(threshold);
    if (!(number >= 0 && number <= 1)) throw new Unexpected(`a number from 0 to 1 for "${name}"`);
    thresholds[label] = number;
  }
  return thresholds;
}

function pairs(value: unknown): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  if (typeof value !== 'string') throw new Unexpected('pairs like person:0.5,car:0.3');
  return split(value).map(pair => {
    const colon = pair.lastIndexOf(':');
    if (colon < 1) throw new Unexpected('pairs like person:0.5,car:0.3');
    return [pair.slice(0, colon).trim(), pair.slice(colon + 1)];
  });
}
