import { parseArgs } from 'node:util';
import { imagesFolder, positive } from './bench-options.ts';
import { pictureRequests } from './load/picture-requests.ts';
import { describeMachine } from './measure/machine.ts';
import { measureRestarts } from './measure-restarts.ts';
import { percentile } from './percentile.ts';
import { reportPassedBounds } from './report/passed-bounds.ts';

const USAGE = `Usage: npm run bench:restarts -- [--images DIR] [--rate N] [--delay MS] [--drain MS]

Two services behind HAProxy, restarted one after the other under a steady load. Exits with 1 when a single request failed or a
service took longer than its times and a second more. --delay 0 shows what happens without DRAIN_DELAY_MS.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      images: { type: 'string' },
      rate: { type: 'string', default: '15' },
      delay: { type: 'string', default: '2000' },
      drain: { type: 'string', default: '10000' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const rate = positive('rate', values.rate);
  console.log((await describeMachine()).join('\n'));
  const env = { ENGINES: '1', DRAIN_DELAY_MS: values.delay, DRAIN_TIMEOUT_MS: values.drain };
  const requests = await pictureRequests(imagesFolder(values.images), 'raw');
  const { answers, latenciesMs, restarts } = await measureRestarts(requests, rate, env);

  console.log(`
${rate} pictures/s, DRAIN_DELAY_MS ${values.delay}, DRAIN_TIMEOUT_MS ${values.drain}
answers       ${JSON.stringify(answers)}
latency       p50 ${percentile(latenciesMs, 0.5).toFixed(0)} ms, p99 ${percentile(latenciesMs, 0.99).toFixed(0)} ms
restarts      ${restarts.map(one => `exit ${one.exitCode} after ${one.stopMs.toFixed(0)} ms, then ${one.answeredAfter} pictures`).join('; ')}`);

  const withinMs = Number(values.delay) + Number(values.drain) + 1000;
  const passed: [boundPassed: boolean, sentence: string][] = [
    [Object.keys(answers).join() !== '200', 'a request was not answered with 200'],
    [restarts.some(({ exitCode, stopMs }) => exitCode !== 0 || stopMs > withinMs), 'a service did not stop in time'],
    [restarts.some(({ answeredAfter }) => answeredAfter === 0), 'a restarted service got no pictures'],
  ];
  reportPassedBounds(passed);
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
