import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cell, ModelRun } from '../../../bench/cell.ts';
import { stageCpuTable } from '../../../bench/report/cpu.ts';

const cell = (side: string, load: Cell['load'], engines: number): Cell => ({
  ...{ side, load, round: 1, pictures: 100, perSecond: 50, latenciesMs: [], stagesMs: {}, gpu: undefined },
  cpu: {
    roles: {
      service: { mainThread: 0.15, otherThreads: 0.05 },
      engines: { mainThread: engines - 0.25, otherThreads: 0.25 },
    },
    client: 0.1,
    strangers: 0,
  },
});

const run: ModelRun = {
  ...{ model: 'one', engines: 2, threads: 1, sides: ['service', 'other'], square: 'service', agreement: [] },
  cells: [cell('service', '16', 3), cell('service', '1', 100), cell('other', '16', 100)],
  stageCpu: { service: { image: 2, tensor: 1, inference: 20, gfl: 0.5, nms: 0.25 } },
  ...{ startToReadyMs: {}, peakMemory: {} },
};

test('the rest of the engines is what they took at 16 connections beyond the stages', () => {
  const [head, , ...rows] = stageCpuTable(run)
    .split('\n')
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(text => text.trim()),
    );
  assert.deepEqual(head!.slice(1), [
    'image',
    'tensor',
    'inference',
    'gfl',
    'nms',
    'rest of the engines',
    'service process',
    'all',
  ]);
  // 3 s of the engines for 100 pictures are 30 ms each, of which the stages have 23.75; the service's process has 2 more.
  assert.deepEqual(rows, [['service', '2.00', '1.00', '20.00', '0.50', '0.25', '6.25', '2.00', '32.00']]);
});

test('where CPU cannot be read the stages stand alone', () => {
  const cells = run.cells.map(one => ({ ...one, cpu: undefined }));
  assert.match(stageCpuTable({ ...run, cells }), /\| +0\.25 \| +\| +\| +\|$/);
});
