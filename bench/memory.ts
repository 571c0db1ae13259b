import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { eachInParallel } from '../src/cli/each-in-parallel.ts';
import { imagesFolder, positive } from './bench-options.ts';
import { openConnection } from './load/connection.ts';
import { writeSection } from './marked-section.ts';
import { describeMachine } from './measure/machine.ts';
import { hasProc, memoryOf, proportionalMemoryOf } from './measure/process-tree.ts';
import { mixedSizes } from './mixed-sizes.ts';
import { percentile } from './percentile.ts';
import { markdownTable } from './report/markdown-table.ts';
import { narrowGrowth, SETTLED } from './report/memory-growth.ts';
import { serviceSide } from './sides/service-side.ts';

const USAGE = `Usage: npm run bench:memory -- [--model NAME] [--models-dir DIR] [--images DIR] [--photos DIR] [--pictures N] [--json FILE] [--write]

Resident memory of the service and its engines while it answers pictures of mixed sizes, 16 at a time.`;

const CONNECTIONS = 16;
/** Shares of all pictures after which memory is read. */
const MARKS = [0.04, 0.2, 0.4, 0.6, 0.8, 1];
/** Pictures of all sizes are inside at once, so single readings say little. */
const SAMPLE_MS = 250;

/** MB, of every process, the service first, while pictures came. */
interface Sample {
  /** Pictures answered so far. */
  answered: number;
  resident: number[];
  proportional: number[];
}

/** When so many pictures were answered and half a second had passed. */
interface Reading {
  pictures: number;
  /** MB in all, medians since the last reading: resident, and with shared pages counted once. */
  working: { resident: number; proportional: number };
  /** MB, of every process, the service first. */
  resident: number[];
  proportional: number[];
  peak: number[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: 'nanodet-g' },
      'models-dir': { type: 'string', default: 'models' },
      images: { type: 'string' },
      photos: { type: 'string', default: '../shared/data/photos' },
      pictures: { type: 'string', default: '5000' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  if (!hasProc) throw new Error('This reads /proc, which only Linux has.');
  const pictures = Math.ceil(positive('pictures', values.pictures));
  const { requests, about } = await mixedSizes(imagesFolder(values.images), values.photos);
  const facts = [...(await describeMachine()), about];
  console.log(`${facts.join('\n')}\n`);

  const service = await serviceSide('service', { MODEL: values.model, MODELS_DIR: values['models-dir'] });
  const connection = openConnection(service.urls[0]!, CONNECTIONS);
  const readings: Reading[] = [];
  const pids = () => service.processes().map(({ pid }) => pid);
  const samples: Sample[] = [];
  let answered = 0;
  let isPause = false;
  const sampler = setInterval(() => {
    if (!isPause) samples.push({ answered, ...read(pids()) });
  }, SAMPLE_MS);
  try {
    let sent = 0;
    for (const mark of MARKS.map(share => Math.round(share * pictures))) {
      const before = samples.length;
      const numbers = Array.from({ length: mark - sent }, (_, index) => sent + index);
      await eachInParallel(numbers, CONNECTIONS, async number => {
        await connection.post(requests[number % requests.length]!);
        answered += 1;
      });
      sent = mark;
      const median = (of: 'resident' | 'proportional') =>
        percentile(
          samples.slice(before).map(sample => sum(sample[of])),
          0.5,
        );
      const working = { resident: median('resident'), proportional: median('proportional') };
      isPause = true;
      await sleep(500); // what was freed is given back
      isPause = false;
      readings.push({ pictures: sent, working, ...read(pids()) });
      console.error(`${sent} pictures: ${sum(readings.at(-1)!.resident).toFixed(0)} MB resident`);
    }
  } finally {
    clearInterval(sampler);
    connection.close();
    await service.stop();
  }
  const totals = samples.map(({ answered, resident }) => ({ answered, resident: sum(resident) }));
  const report = [
    facts.map(fact => `- ${fact}`).join('\n'),
    table(readings),
    `${growth(readings)} ${narrowGrowth(totals, pictures)}`,
  ].join('\n\n');
  console.log(`\n${report}`);
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ facts, readings, samples: totals }, null, 1));
  if (values.write) await writeSection('docs/performance.md', 'memory', report);
}

function read(pids: readonly number[]) {
  const each = pids.map(memoryOf);
  return {
    resident: each.map(({ resident }) => resident),
    proportional: pids.map(proportionalMemoryOf),
    peak: each.map(({ peak }) => peak),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function table(readings: readonly Reading[]): string {
  const rows = readings.map(({ pictures, working, resident, proportional, peak }) => [
    String(pictures),
    working.resident.toFixed(0),
    working.proportional.toFixed(0),
    sum(resident).toFixed(0),
    resident.map(value => value.toFixed(0)).join(' + '),
    sum(proportional).toFixed(0),
    sum(peak).toFixed(0),
  ]);
  const head = [
    'pictures',
    'while they came: resident, MB',
    'shared pages counted once',
    'then: resident, MB',
    'service + engines',
    'shared pages counted once',
    'peaks added up, MB',
  ];
  return markdownTable(head, rows);
}

/** The stretch after everything has settled against the last one. */
function growth(readings: readonly Reading[]): string {
  const settled = MARKS.indexOf(SETTLED);
  const first = readings[settled + 1]!;
  const last = readings.at(-1)!;
  const percent = (last.working.resident / first.working.resident - 1) * 100;
  return `From pictures ${readings[settled]!.pictures} to ${first.pictures} to pictures ${readings.at(-2)!.pictures} to ${last.pictures}, the median resident total changed by ${percent.toFixed(1)} %.`;
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
