import { setTimeout as sleep } from 'node:timers/promises';

/** The part of a load that counts; what runs before it warms up, what ends after it is left out. */
export interface Window {
  warmUpMs: number;
  durationMs: number;
  /** Called at its two ends, to read counters. */
  onBegin?: () => void;
  onEnd?: () => void;
}

export interface Interval {
  from: number;
  to: number;
}

/** Waits until the window is over; its bounds on the clock of `performance.now`. */
export async function passWindow({ warmUpMs, durationMs, onBegin, onEnd }: Window): Promise<Interval> {
  await sleep(warmUpMs);
  onBegin?.();
  const from = performance.now();
  await sleep(durationMs);
  const to = performance.now();
  onEnd?.();
  return { from, to };
}

export interface Timed {
  /** When it was to be sent, or was sent if that was a moment earlier. */
  dueAt: number;
  endedAt: number;
  serverTiming: string | undefined;
}

export interface LoadResult {
  /** Answers that came inside the window. */
  pictures: number;
  seconds: number;
  /** One for each picture that counts, milliseconds. */
  latenciesMs: number[];
  serverTimings: string[];
}

/** @param counts which pictures tell of latency */
export function loadResult(all: readonly Timed[], { from, to }: Interval, counts: (one: Timed) => boolean): LoadResult {
  const ended = all.filter(({ endedAt }) => endedAt >= from && endedAt < to);
  return {
    pictures: ended.length,
    seconds: (to - from) / 1000,
    latenciesMs: all.filter(counts).map(({ dueAt, endedAt }) => endedAt - dueAt),
    serverTimings: ended.map(({ serverTiming }) => serverTiming).filter(text => text !== undefined),
  };
}
