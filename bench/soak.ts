import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { positive } from './bench-options.ts';
import { describeMachine } from './measure/machine.ts';
import { hasProc } from './measure/process-tree.ts';
import { percentile } from './percentile.ts';
import { markdownTable } from './report/markdown-table.ts';
import { judge, quarters, settledAfter } from './soak/judge.ts';
import { leaking } from './soak/leaking.ts';
import { slopeOf } from './soak/slope.ts';
import { type SoakResult, soak } from './soak/soak.ts';
import { soakRequests } from './soak/soak-requests.ts';
import { startService } from './start-service.ts';

const USAGE = `Usage: npm run soak -- [--minutes N] [--load SHARE] [--growth MB] [--leak memory|descriptors|answers] [--json FILE]

The service under a steady load of good and hostile requests, beside half-open connections, slow senders, resets and clients
that leave. Exits with 1 when memory grows by more than --growth MB an hour with 95 % confidence, when descriptors or threads
are left, an answer is wrong, a known picture is answered otherwise than before the load, an engine dies or the median rises by
half. --leak plants one (answers: a score changes in one answer of ten) and must exit with 1.`;

const CROWD = { idle: 30, 'slow-head': 5, 'slow-body': 5, unread: 3, 'early-reset': 2, leaves: 1 };
const REST_MS = 5000;
const LEFT = 5;
const SLOWER = 1.5;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '3' },
      load: { type: 'string', default: '0.8' },
      growth: { type: 'string', default: '100' },
      leak: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  if (!hasProc) throw new Error('This reads /proc, which only Linux has.');
  const seconds = positive('minutes', values.minutes) * 60;
  const load = positive('load', values.load);
  const bounds = { growth: positive('growth', values.growth), left: LEFT, slower: SLOWER };
  const { requests, about } = await soakRequests();
  console.log([...(await describeMachine()), about].join('\n'));

  const service = await startService(values.leak === undefined ? {} : leaking(values.leak));
  try {
    const result = await soak(service, { requests, seconds, load, crowd: CROWD, restMs: REST_MS });
    console.log(`\n${report(result, seconds)}\n`);
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(result.readings));
    const found = judge(result, seconds, bounds);
    for (const sentence of found) console.log(`FAILED: ${sentence}`);
    if (found.length > 0) process.exitCode = 1;
    else console.log(`Passed: no bound was passed in ${values.minutes} minutes.`);
  } finally {
    await service.stop();
  }
}

function report(result: SoakResult, seconds: number): string {
  const { readings, rest, rate, peak, engineRestarts, crowd, known } = result;
  const settled = readings.filter(({ at }) => at >= settledAfter(seconds));
  const slopes = (['service', 'engines'] as const).map(part => {
    const { slope, plusMinus } = slopeOf(settled.map(reading => [reading.at / 3600, reading[part]]));
    return `${part} ${slope.toFixed(0)} +- ${plusMinus.toFixed(0)} MB/h`;
  });
  const rows = quarters(result, seconds).map(({ requests, wrong, okMs }, index) => {
    const mine = readings.filter(({ at }) => Math.min(3, Math.floor((at / seconds) * 4)) === index);
    const mean = (read: (reading: (typeof mine)[number]) => number) =>
      (mine.reduce((sum, one) => sum + read(one), 0) / mine.length).toFixed(0);
    return [
      String(index + 1),
      String(requests),
      String(wrong),
      percentile(okMs, 0.5).toFixed(0),
      percentile(okMs, 0.99).toFixed(0),
      mean(({ service }) => service),
      mean(({ engines }) => engines),
      mean(({ descriptors }) => descriptors),
      mean(({ threads }) => threads),
    ];
  });
  const head = ['quarter', 'requests', 'wrong', 'p50, ms', 'p99, ms', 'service, MB', 'engines, MB', 'fds', 'threads'];
  const statuses: Record<string, number> = {};
  for (const { status } of result.outcomes) statuses[status] = (statuses[status] ?? 0) + 1;
  return `${markdownTable(head, rows)}

${rate.toFixed(1)} requests/s of at most ${peak.toFixed(1)}; answers ${JSON.stringify(statuses)}
memory after the first quarter: ${slopes.join(', ')} (95 %)
at rest before and after: ${rest.map(({ descriptors, threads, service, engines }) => `${descriptors} descriptors, ${threads} threads, ${(service + engines).toFixed(0)} MB`).join('; ')}
answers that changed: ${known.changed.length} of ${known.asked} asked
engines replaced: ${engineRestarts}; bad clients cut: ${JSON.stringify(crowd.cut)}`;
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
