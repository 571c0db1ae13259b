import { now } from './clock.ts';
import type { Aftermath } from './torments/torment.ts';

/** What was done to the service since it was last whole, as one. */
export interface Fault {
  names: string[];
  /** Until nothing more was done. */
  from: number;
  to: number;
  doomed: number[];
  extraMs: number;
}

export interface Faults {
  begin(name: string): void;
  /** Nothing more is done for now. */
  end(aftermath: Aftermath): void;
  /** What the service is not over yet. */
  readonly open: Fault | undefined;
  /** It is over all of it. */
  close(): void;
  /** How often each was done. */
  readonly counts: ReadonlyMap<string, number>;
  /** Whether anything was done between two moments, or so shortly before that pictures still wait for it. */
  disturbed(from: number, to: number): boolean;
}

/** @param lingersMs how long what waited for the service may wait for others that waited, too */
export function recordFaults(lingersMs: number): Faults {
  const past: { from: number; to: number }[] = [];
  const counts = new Map<string, number>();
  let open: Fault | undefined;
  return {
    counts,
    begin(name) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      open ??= { names: [], from: now(), to: Number.POSITIVE_INFINITY, doomed: [], extraMs: 0 };
      open.names.push(name);
    },
    end({ doomed, extraMs }) {
      if (open === undefined) return;
      open.to = now();
      open.doomed.push(...doomed);
      open.extraMs = Math.max(open.extraMs, extraMs);
    },
    get open() {
      return open;
    },
    close() {
      if (open !== undefined) past.push({ from: open.from, to: now() });
      open = undefined;
    },
    disturbed(from, to) {
      if (open !== undefined && open.from < to) return true;
      return past.some(one => one.from < to && one.to + lingersMs > from);
    },
  };
}
