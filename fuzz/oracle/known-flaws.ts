import { lastingPart } from '../../bench/lasting-part.ts';
import type { GivenOption } from './read-request.ts';
import type { Result } from './read-results.ts';
import type { Wanted } from './wanted.ts';

/** A picture and what was said of it, distributions included, before the first case: undefined when it was refused. */
export interface KnownAnswer {
  name: string;
  bytes: Buffer;
  result: Result | undefined;
}

type Detection = { class_id: number; score: number; distribution?: unknown };

/** Boxes that hide others, and scores below the default, change what is left; all other options only leave out. */
const CHOOSES = ['iou_threshold', 'class_agnostic'];
const DEFAULT_THRESHOLD = 0.25;
/** Of a score so near to its threshold, five decimals do not say on which side it is. */
const ROUNDED = 1e-5;

/** How an answer differs from what is known of its picture. */
export function knownFlaws(
  result: Result,
  picture: Buffer,
  options: readonly GivenOption[],
  wanted: Wanted,
  known: readonly KnownAnswer[],
): string[] {
  const before = known.find(({ bytes }) => bytes.equals(picture));
  const found = detectionsOf(before?.result);
  if (before === undefined || found === undefined) return [];
  const margin = ({ class_id: id, score }: Detection) => score - (wanted.lowest[id] ?? Infinity);
  const certain = found.filter(one => margin(one) > ROUNDED).length;
  if (certain > 0 && detectionsOf(result)?.length === 0)
    return [`nothing is found in ${before.name}, where ${certain} were`];
  const onlyLeavesOut = Math.min(...wanted.lowest) >= DEFAULT_THRESHOLD;
  if (!onlyLeavesOut || options.some(({ name }) => CHOOSES.includes(name))) return [];
  if (found.some(one => Math.abs(margin(one)) <= ROUNDED)) return [];
  const detections = found
    .filter(one => margin(one) > 0)
    .slice(0, wanted.most)
    .map(({ distribution, ...plain }) => (wanted.distribution ? { ...plain, distribution } : plain));
  const expected = lastingPart({ ...before.result, detections });
  const given = lastingPart(result);
  return given === expected
    ? []
    : [`${before.name} is answered otherwise than before: ${given.slice(0, 300)} and not ${expected.slice(0, 300)}`];
}

/** Undefined of an answer that is none: others say so. */
function detectionsOf(result: Result | undefined): Detection[] | undefined {
  const isDetection = (one: unknown): one is Detection => typeof one === 'object' && one !== null;
  const list = result?.detections;
  return Array.isArray(list) && list.every(isDetection) ? list : undefined;
}
