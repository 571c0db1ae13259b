import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { createDetector, type Detector, restrictDecoders } from '../src/detector/index.ts';
import { findModel } from './bench-model.ts';
import { imagesFolder, positive } from './bench-options.ts';
import { writeSection } from './marked-section.ts';
import { describeMachine, lookForOtherJobs } from './measure/machine.ts';
import { markdownTable } from './report/markdown-table.ts';
import { sharpAlone } from './stages/sharp-alone.ts';
import { totalCpu } from './stages/stage-cpu.ts';
import { type StagePicture, stagePictures } from './stages/stage-pictures.ts';
import { type StageTimes, timeStages } from './stages/time-stages.ts';
import { type SuppressTime, timeSuppress } from './stages/time-suppress.ts';

const USAGE = `Usage: npm run bench:stages -- [--models a,b] [--models-dir DIR] [--weights DIR] [--images DIR] [--photo FILE] [--seconds N] [--json FILE] [--write]

What each stage costs inside an engine: the library in one process, nothing else, for pictures of 0.3, 2 and 12 megapixels;
and what NMS costs for many boxes.
INPUT_SHAPE=fixed gives every picture the model's whole input.`;

interface Row {
  model: string;
  picture: string;
  times: StageTimes;
  /** CPU milliseconds of sharp alone: decode, shrink to the same size, RGB. */
  sharp: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      models: { type: 'string', default: 'nanodet-g,nanodet-plus-m_416,nanodet-plus-m_320' },
      'models-dir': { type: 'string', default: 'models' },
      weights: { type: 'string', default: '../shared/weights' },
      images: { type: 'string' },
      photo: { type: 'string' },
      seconds: { type: 'string', default: '1' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const seconds = positive('seconds', values.seconds);
  const { inputShape } = readConfig(process.env);
  const jobs = await lookForOtherJobs();
  const facts = [...(await describeMachine()), jobs.line];
  console.log([...facts, ...(jobs.warning === undefined ? [] : [jobs.warning]), ''].join('\n'));
  const pictures = await stagePictures(imagesFolder(values.images), values.photo);
  await restrictDecoders([]); // as in an engine, and the graphs as it runs them

  const rows: Row[] = [];
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'gfl-stages-'));
  const cacheDir = path.join(temporary, 'cache');
  try {
    for (const name of values.models.split(',')) {
      const model = await findModel(name, values['models-dir'], values.weights, temporary);
      if (typeof model === 'string') {
        console.log(model);
        continue;
      }
      const detector = await createDetector(model.manifestPath, { inputShape, cacheDir });
      for (const picture of pictures) {
        const row = await measure(name, detector, picture, seconds);
        console.error(`${name}: ${picture.name}`);
        rows.push(row);
      }
      await detector.close();
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const suppressTimes = await timeSuppress(seconds);
  const report = [
    facts.map(fact => `- ${fact}`).join('\n'),
    ...(jobs.warning === undefined ? [] : [`**${jobs.warning}**`]),
    table(rows),
    suppressTable(suppressTimes),
  ].join('\n\n');
  console.log(report);
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ facts, rows, suppressTimes }, null, 1));
  if (values.write) await writeSection('docs/performance.md', 'stages', report);
}

async function measure(model: string, detector: Detector, picture: StagePicture, seconds: number): Promise<Row> {
  const times = await timeStages(detector, picture.files, seconds);
  return { model, picture: picture.name, times, sharp: await sharpAlone(detector, picture.files, seconds) };
}

function table(rows: readonly Row[]): string {
  const head = [
    'milliseconds',
    'network',
    'image',
    'image CPU',
    'tensor',
    'bytes to tensor CPU',
    'sharp alone CPU',
    'ratio',
    'inference',
    'inference CPU',
    'gfl',
    'nms',
    'total CPU',
  ];
  const lines = rows.map(({ model, picture, times, sharp }) => {
    const { cpu } = times;
    const prepareCpu = cpu.image + cpu.tensor;
    return [
      `${model}: ${picture}`,
      times.network,
      ...[times.image, cpu.image, times.tensor, prepareCpu, sharp].map(ms => ms.toFixed(2)),
      (prepareCpu / sharp).toFixed(2),
      ...[times.inference, cpu.inference, times.gfl, times.nms, totalCpu(cpu)].map(ms => ms.toFixed(2)),
    ];
  });
  return markdownTable(head, lines);
}

function suppressTable(times: readonly SuppressTime[]): string {
  const rows = times.map(({ boxes, maxDetections, kept, ms }) => [
    boxes,
    String(maxDetections),
    String(kept),
    ms.toFixed(2),
  ]);
  return markdownTable(['NMS of', 'max_detections', 'kept', 'milliseconds'], rows);
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
