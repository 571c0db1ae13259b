import type { Load, ModelRun } from '../cell.ts';
import { percentile } from '../percentile.ts';
import { markdownTable } from './markdown-table.ts';

const LOADS: readonly [Load, string][] = [
  ['1', '1 connection'],
  ['4', '4 connections'],
  ['16', '16 connections'],
  ['steady', '70 % of its peak'],
];

/** Milliseconds, all rounds together. A steady load is measured from when a picture was due. */
export function latencyTable({ cells, sides }: ModelRun): string {
  const rows = sides.flatMap(side =>
    LOADS.flatMap(([load, name]) => {
      const these = cells.filter(cell => cell.side === side && cell.load === load);
      const latencies = these.flatMap(cell => cell.latenciesMs);
      if (latencies.length === 0) return [];
      const rate = these.at(-1)?.arrivalRate;
      const label = rate === undefined ? name : `${name}, ${rate.toFixed(1)}/s`;
      const values = [0.5, 0.95, 0.99].map(p => percentile(latencies, p).toFixed(1));
      return [[side, label, ...values, String(latencies.length)]];
    }),
  );
  return markdownTable(['', 'load', 'p50 ms', 'p95 ms', 'p99 ms', 'pictures'], rows);
}
