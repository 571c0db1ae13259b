import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { imagesFolder, positive } from './bench-options.ts';
import { pictureRequests } from './load/picture-requests.ts';
import { describeMachine, lookForOtherJobs } from './measure/machine.ts';
import { type CpuShares, measureOverload } from './measure-overload.ts';
import { percentile } from './percentile.ts';
import { markdownTable } from './report/markdown-table.ts';
import { reportPassedBounds } from './report/passed-bounds.ts';
import { startService } from './start-service.ts';

const USAGE = `Usage: npm run bench:overload -- [--images DIR] [--rounds N] [--seconds N] [--factor N]

The service at its peak and at five times that, in turn. Exits with 1 when it keeps less than 90 % of its peak, when a refusal takes
longer than 50 ms (p99) or has no Retry-After, or when readiness, queue or memory are not what they should be.`;

const KEPT = 0.9;
const REFUSED_WITHIN_MS = 50;
/** Memory may grow by the bodies in the queue and a little for their sockets, MB. */
const MEMORY_GROWTH_MB = 150;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      images: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '8' },
      factor: { type: 'string', default: '5' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const rounds = Math.ceil(positive('rounds', values.rounds));
  const seconds = positive('seconds', values.seconds);
  const factor = positive('factor', values.factor);
  const requests = await pictureRequests(imagesFolder(values.images), 'raw');
  const { queueCapacity } = readConfig(process.env);
  const { line, warning } = await lookForOtherJobs();
  console.log([...(await describeMachine()), line, ...(warning ? [warning] : [])].join('\n'));

  const service = await startService();
  const options = { seconds, factor, rounds };
  const figures = await measureOverload(service, requests, options).finally(() => service.stop());

  const { goodputAtFirst, statuses, refusalMs, withoutRetryAfter, peakLoad, overload } = figures;
  const keptOf = figures.rounds.map(one => one.kept);
  const kept = percentile(keptOf, 0.5);
  const keptAtFirst = goodputAtFirst / figures.rounds[0]!.peaks[0];
  const notReady = overload.readiness.filter(({ ready }) => !ready).length;
  const readyMs = overload.readiness.map(({ ms }) => ms);
  const growth = overload.memory - peakLoad.memory;
  const others = Object.entries(statuses).filter(([status]) => status !== '200' && status !== '429');
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const shares = (all: CpuShares[]) =>
    (['client', 'service', 'engines'] as const)
      .map(name => percent(all.reduce((sum, one) => sum + one[name], 0) / all.length))
      .join(', ');
  const rows = figures.rounds.map(({ peaks, offered, goodput, kept: share }) => [
    ...peaks.map(one => one.toFixed(1)),
    offered.toFixed(0),
    goodput.toFixed(1),
    percent(share),
  ]);
  console.log(`
${markdownTable(['peak before, pictures/s', 'peak after', 'offered/s', 'answered with 200/s', 'of the mean peak'], rows)}

kept                  median ${percent(kept)} (${percent(Math.min(...keptOf))} to ${percent(Math.max(...keptOf))}) of ${rounds} rounds of ${seconds} s at ${factor} times the peak
in the first 5 s       ${percent(keptAtFirst)}, while the code for it is compiled
refused with 429      p50 ${refusalMs.p50.toFixed(1)} ms, p99 ${refusalMs.p99.toFixed(1)} ms; without Retry-After: ${withoutRetryAfter}
all answers           ${JSON.stringify(statuses)}
/health/ready         ${readyMs.length} times, not ready: ${notReady}; p50 ${percentile(readyMs, 0.5).toFixed(1)} ms, p99 ${percentile(readyMs, 0.99).toFixed(1)} ms
queue                 at most ${overload.queueDepth} of ${queueCapacity}; in the engines at most ${overload.inFlight} (at the peak ${peakLoad.inFlight})
memory                at most ${overload.memory.toFixed(0)} MB resident (at the first peak ${peakLoad.memory.toFixed(0)})
CPU of the machine    client, service's process, engines: at the peak ${shares(figures.rounds.map(({ cpu }) => cpu.atPeak))}; in the overload ${shares(figures.rounds.map(({ cpu }) => cpu.inOverload))}`);

  const passed: [boundPassed: boolean, sentence: string][] = [
    [kept < KEPT, `less than ${KEPT * 100} % of the peak were answered`],
    [!(refusalMs.p99 <= REFUSED_WITHIN_MS), `1 % of the refusals took longer than ${REFUSED_WITHIN_MS} ms`],
    [withoutRetryAfter > 0, 'a 429 came without Retry-After'],
    [others.length > 0, 'there were answers other than 200 and 429'],
    [notReady > 0, 'it was not ready at times'],
    [overload.queueDepth > queueCapacity, 'the queue was longer than its capacity'],
    [growth > MEMORY_GROWTH_MB, `memory grew by more than ${MEMORY_GROWTH_MB} MB`],
  ];
  reportPassedBounds(passed);
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
