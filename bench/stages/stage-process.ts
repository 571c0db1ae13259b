import { readFile } from 'node:fs/promises';
import { createDetector, type Detector, restrictDecoders } from '../../src/detector/index.ts';
import { answerParent } from '../ask-child.ts';
import type { FromStages, StageMeasure, StageOpen, ToStages } from './stage-protocol.ts';
import { timeStages } from './time-stages.ts';

/** The library alone in a process: one thread, one picture at a time, graph and memory as an engine has them. */

let detector: Detector;

async function open({ manifestPath, provider, inputShape, cacheDir }: StageOpen): Promise<FromStages> {
  await restrictDecoders([]);
  detector = await createDetector(manifestPath, { provider, inputShape, cacheDir });
  return { type: 'opened', inputShape: detector.inputShape };
}

async function measure({ pictures, seconds }: StageMeasure): Promise<FromStages> {
  const files = await Promise.all(pictures.map(file => readFile(file)));
  await timeStages(detector, files, seconds); // V8 compiles meanwhile
  const { cpu } = await timeStages(detector, files, seconds);
  return { type: 'measured', cpu };
}

answerParent<ToStages>(message => (message.type === 'open' ? open(message) : measure(message)));
