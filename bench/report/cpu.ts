import type { Cell, ModelRun } from '../cell.ts';
import { CPU_STAGES, totalCpu } from '../stages/stage-cpu.ts';
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

/** Of a side at its heaviest load. */
function busiest({ cells }: ModelRun, side: string): Map<string, number> | undefined {
  return cpuPerPicture(cells.filter(cell => cell.side === side && (cell.load === '16' || cell.load === 'loop')));
}

/** Where the CPU goes at 16 connections, milliseconds a picture. */
export function cpuTable(run: ModelRun): string {
  const rows = run.sides.flatMap(side => {
    const cpu = busiest(run, side);
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

/**
 * The service's CPU at 16 connections by stage. Stages are what they cost in processes that do nothing else; the rest of the engines is what theirs has
 * beyond them: the pipe, messages, a graph that waits for its CPU with cold caches.
 */
export function stageCpuTable(run: ModelRun): string {
  const rows = Object.entries(run.stageCpu).map(([side, stages]) => {
    const cpu = busiest(run, side);
    const engines = cpu && (cpu.get('main thread') ?? 0) + (cpu.get('other threads') ?? 0);
    const service = cpu?.get('service process');
    const rest = engines && engines - totalCpu(stages);
    return [
      side,
      ...CPU_STAGES.map(stage => stages[stage].toFixed(2)),
      ...[rest, service, engines && service && engines + service].map(ms => ms?.toFixed(2) ?? ''),
    ];
  });
  return markdownTable(['ms of CPU a picture', ...CPU_STAGES, 'rest of the engines', 'service process', 'all'], rows);
}

const STAGES = ['queue', 'image', 'tensor', 'inference', 'gfl', 'nms', 'total'] as const;

/**
 * Mean of each stage as servers tell it: time, not CPU. A lone picture runs on two threads, so that with one connection inference takes less time than CPU;
 * with sixteen a stage holds what it waited for a CPU as well.
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
