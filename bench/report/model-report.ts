import type { ModelRun } from '../cell.ts';
import { percentile } from '../percentile.ts';
import { cpuTable, stageCpuTable, stageTable } from './cpu.ts';
import { latencyTable } from './latency.ts';
import { markdownTable } from './markdown-table.ts';
import { throughputTable } from './throughput.ts';

/** Everything about one model, as Markdown. */
export function modelReport(run: ModelRun, names: { bare: string; peers: readonly string[] }): string {
  return [
    `### ${run.model}`,
    `${run.engines} engines of ${run.threads} ${run.threads === 1 ? 'thread' : 'threads'}; as many bare sessions and peer processes.`,
    ...run.agreement,
    throughputTable(run, names),
    latencyTable(run),
    cpuTable(run),
    stageCpuTable(run),
    stageTable(run),
    resourceTable(run),
    gpuTable(run),
    ...strangers(run),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

function resourceTable({ cells, sides, startToReadyMs, peakMemory }: ModelRun): string {
  const rows = sides.flatMap(side => {
    const start = startToReadyMs[side];
    const memory = peakMemory[side];
    if (start === undefined || memory === undefined) return [];
    const these = cells.filter(cell => cell.side === side && cell.eventLoopDelayP99Ms !== undefined);
    const delays = these.map(cell => cell.eventLoopDelayP99Ms!);
    const liveness = these.flatMap(cell => cell.livenessMs!);
    return [
      [
        side,
        (start / 1000).toFixed(2),
        memory.megabytes === 0 ? '' : `${memory.megabytes.toFixed(0)} in ${memory.processes}`,
        delays.length === 0 ? '' : Math.max(...delays).toFixed(1),
        liveness.length === 0 ? '' : percentile(liveness, 0.99).toFixed(1),
      ],
    ];
  });
  return markdownTable(
    [
      '',
      'start to ready, s',
      'peak resident, MB in processes',
      'event-loop delay p99 at 16, ms',
      '/health/live p99 at 16, ms',
    ],
    rows,
  );
}

function gpuTable({ cells, sides }: ModelRun): string {
  const rows = sides.flatMap(side => {
    const used = cells.filter(cell => cell.side === side && (cell.load === '16' || cell.load === 'loop'));
    const readings = used.flatMap(cell => cell.gpu ?? []);
    if (readings.length === 0) return [];
    const mean = readings.reduce((sum, { utilisation }) => sum + utilisation, 0) / readings.length;
    return [[side, mean.toFixed(0), Math.max(...readings.map(({ memory }) => memory)).toFixed(0)]];
  });
  return rows.length === 0 ? '' : markdownTable(['', 'GPU busy, %', 'GPU memory in use, MiB'], rows);
}

const MUCH = 0.05;

/** A warning when something else took part of the machine. */
function strangers({ cells }: ModelRun): string[] {
  const [worst] = cells.filter(cell => cell.cpu !== undefined).sort((a, b) => b.cpu!.strangers - a.cpu!.strangers);
  if (worst?.cpu === undefined) return [];
  const share = `${(worst.cpu.strangers * 100).toFixed(0)} %`;
  const where = `of the machine's CPU time in the worst of ${cells.length} measurements (${worst.side}, ${worst.load}, round ${worst.round})`;
  return worst.cpu.strangers > MUCH
    ? [`**Other processes took ${share} ${where}: these figures are not worth keeping.**`]
    : [`Other processes took at most ${share} ${where}.`];
}
