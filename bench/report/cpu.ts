import type { Cell, ModelRun } from '../cell.ts';
import { markdownTable } from './markdown-table.ts';

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Milliseconds of CPU a picture by role and kind of thread, over all rounds; undefined where none were read. */
function cpuPerPicture(cells: readonly Cell[]): Map<string, number> | undefined {
  if (cells.length === 0 || cells.some(({ cpu }) => cpu === undefined)) return undefined;
  const pictures = sum(cells.map(cell => cell.pictures));
  const result = new Map<string, number>();
  const add = (key: string, seconds: number) => result.set(key, (result.get(key) ?? 0) + (seconds * 1000) / pictures);
  for (const { cpu } of cells) {
    for (const [role, { mainThread, otherThreads }] of Object.entries(cpu!.roles)) {
      if (role === 'service') {
        add('service process', mainThread + otherThreads);
      } else {
        add('main thread', mainThread);
        add('other threads', otherThreads);
      }
    }
    add('client', cpu!.client);
  }
  return result;
}

const COLUMNS = ['main thread', 'other threads', 'service process'] as const;

/** Where the CPU goes at 16 connections, milliseconds a picture. */
export function cpuTable({ cells, sides }: ModelRun): string {
  const rows = sides.flatMap(side => {
    const these = cells.filter(cell => cell.side === side && (cell.load === '16' || cell.load === 'loop'));
    const cpu = cpuPerPicture(these);
    if (cpu === undefined) return [];
    const parts = COLUMNS.map(column => cpu.get(column));
    const total = sum(parts.map(part => part ?? 0));
    return [
      [side, ...[total, ...parts, cpu.get('client')].map(ms => (ms === undefined ? '' : Math.max(0, ms).toFixed(1)))],
    ];
  });
  return markdownTable(
    ['ms of CPU a picture', 'all', 'main threads', 'other threads', 'service process', 'the client beside it'],
    rows,
  );
}

const STAGES = ['queue', 'image', 'tensor', 'inference', 'gfl', 'nms', 'total'] as const;

/**
 * Mean of each stage as servers tell it. With one connection and a quiet machine a stage's time is its CPU; with sixteen it
 * holds what the stage waited for a CPU as well.
 */
export function stageTable({ cells, sides }: ModelRun): string {
  const rows = sides.flatMap(side =>
    (['1', '16'] as const).flatMap(load => {
      const these = cells.filter(cell => cell.side === side && cell.load === load && cell.pictures > 0);
      const pictures = sum(these.map(cell => cell.pictures));
      if (pictures === 0) return [];
      const mean = (stage: string) =>
        these.some(cell => stage in cell.stagesMs)
          ? (sum(these.map(cell => (cell.stagesMs[stage] ?? 0) * cell.pictures)) / pictures).toFixed(2)
          : '';
      return [[side, load, ...STAGES.map(mean)]];
    }),
  );
  return markdownTable(['ms a picture', 'connections', ...STAGES], rows);
}
