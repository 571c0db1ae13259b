import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { imagesFolder, positive } from './bench-options.ts';
import { pictureRequests } from './load/picture-requests.ts';
import { describeMachine, lookForOtherJobs } from './measure/machine.ts';
import { type CpuShares, measureOverload } from './measure-overload.ts';
import { percentile } from './percentile.ts';
import { reportPassedBounds } from './report/passed-bounds.ts';
import { startService } from './start-service.ts';

const USAGE = `Usage: npm run bench:overload -- [--images DIR] [--seconds N] [--factor N]

The service at its peak, then at five times that. Exits with 1 when it keeps less than 90 % of its peak, when a refusal takes
longer than 50 ms (p99) or has no Retry-After, or when readiness, queue or memory are not what they should be.`;

const KEPT = 0.9;
const REFUSED_WITHIN_MS = 50;
/** Memory may grow by the bodies in the queue and a little for their sockets, MB. */
const MEMORY_GROWTH_MB = 150;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      images: { type: 'string' },
      seconds: { type: 'string', default: '15' },
      factor: { type: 'string', default: '5' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const seconds = positive('seconds', values.seconds);
  const factor = positive('factor', values.factor);
  const requests = await pictureRequests(imagesFolder(values.images), 'raw');
  const { queueCapacity } = readConfig(process.env);
  const { line, warning } = await lookForOtherJobs();
  console.log([...describeMachine(), line, ...(warning ? [warning] : [])].join('\n'));

  const service = await startService();
  const figures = await measureOverload(service, requests, { seconds, factor }).finally(() => service.stop());

  const { peaks, offered, goodput, goodputAtFirst, statuses, refusalMs, withoutRetryAfter, peakLoad, overload, cpu } =
    figures;
  const peak = (peaks[0] + peaks[1]) / 2;
  const kept = goodput / peak;
  const keptAtFirst = goodputAtFirst / peak;
  // What the client takes of the machine, the engines lack; five times the peak is more to send than the peak.
  const keptBesideClient = (kept * (1 - cpu.atPeak.client)) / (1 - cpu.inOverload.client);
  const notReady = overload.readiness.filter(({ ready }) => !ready).length;
  const readyMs = overload.readiness.map(({ ms }) => ms);
  const growth = overload.memory - peakLoad.memory;
  const shares = ({ client, service: own }: CpuShares) =>
    `the client ${(client * 100).toFixed(1)} %, the service's process ${(own * 100).toFixed(1)} %`;
  const others = Object.entries(statuses).filter(([status]) => status !== '200' && status !== '429');
  console.log(`
peak                  ${peaks.map(one => one.toFixed(1)).join(' and ')} pictures/s (before, after)
offered               ${offered.toFixed(0)} requests/s, ${factor} times the peak, for ${seconds} s
answered with 200     ${goodput.toFixed(1)} pictures/s: ${(kept * 100).toFixed(1)} % of the mean peak; of the CPU time that the client left, ${(keptBesideClient * 100).toFixed(1)} %
in the 5 s before      ${goodputAtFirst.toFixed(1)} pictures/s: ${(keptAtFirst * 100).toFixed(1)} %, while the code for it was compiled
refused with 429      p50 ${refusalMs.p50.toFixed(1)} ms, p99 ${refusalMs.p99.toFixed(1)} ms; without Retry-After: ${withoutRetryAfter}
all answers           ${JSON.stringify(statuses)}
/health/ready         ${readyMs.length} times, not ready: ${notReady}; p50 ${percentile(readyMs, 0.5).toFixed(1)} ms, p99 ${percentile(readyMs, 0.99).toFixed(1)} ms
queue                 at most ${overload.queueDepth} of ${queueCapacity}; in the engines at most ${overload.inFlight} (at the peak ${peakLoad.inFlight})
memory                at most ${overload.memory.toFixed(0)} MB resident (at the peak ${peakLoad.memory.toFixed(0)})
CPU of the machine    at the peak ${shares(cpu.atPeak)}; in the overload ${shares(cpu.inOverload)}`);

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
