import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InputShape, InputShapeChoice } from '../../src/detector/index.ts';
import { MALLOC_SETTINGS } from '../../src/engine/malloc-settings.ts';
import { askChild, disconnectAll } from '../ask-child.ts';
import { CPU_STAGES, type StageCpu } from './stage-cpu.ts';
import type { StageMeasure, StageMeasured, StageOpen, StageOpened } from './stage-protocol.ts';

const ENTRY = fileURLToPath(new URL('./stage-process.js', import.meta.url));

export interface StagesApart {
  inputShape: InputShape;
  cpu: StageCpu;
}

/**
 * What each stage costs in a process of its own, without queue, pipe and HTTP; and the same with the model's whole input, where pictures get less.
 *
 * @param count so many processes at once, a picture at a time each: CPUs that share caches take longer for the same when all are busy, as they are
 * in the service
 */
export async function stagesApart(
  count: number,
  detector: Omit<StageOpen, 'type' | 'cacheDir'>,
  load: Omit<StageMeasure, 'type'>,
): Promise<StagesApart[]> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'gfl-bench-stages-'));
  const measure = (inputShape: InputShapeChoice) =>
    measureApart(count, { ...detector, inputShape, cacheDir: path.join(temporary, 'cache') }, load);
  try {
    const first = await measure(detector.inputShape);
    return first.inputShape === 'fixed' ? [first] : [first, await measure('fixed')];
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function measureApart(
  count: number,
  detector: Omit<StageOpen, 'type'>,
  load: Omit<StageMeasure, 'type'>,
): Promise<StagesApart> {
  const env = { ...MALLOC_SETTINGS, ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  const children: ChildProcess[] = [];
  const open = () => {
    const child = fork(ENTRY, { env });
    children.push(child);
    return askChild<StageOpened>(child, { type: 'open', ...detector });
  };
  try {
    const { inputShape } = await open(); // makes the optimised graph, which the others take
    await Promise.all(Array.from({ length: count - 1 }, open));
    const measured = await Promise.all(
      children.map(child => askChild<StageMeasured>(child, { type: 'measure', ...load })),
    );
    return { inputShape, cpu: meanOf(measured.map(({ cpu }) => cpu)) };
  } finally {
    await disconnectAll(children);
  }
}

function meanOf(all: readonly StageCpu[]): StageCpu {
  const means = CPU_STAGES.map(stage => [stage, all.reduce((sum, cpu) => sum + cpu[stage], 0) / all.length]);
  return Object.fromEntries(means) as StageCpu;
}
