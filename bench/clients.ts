import { parseArgs } from 'node:util';
import { imagesFolder, positive } from './bench-options.ts';
import { closedLoop } from './load/closed-loop.ts';
import { pictureRequests } from './load/picture-requests.ts';
import { describeMachine, lookForOtherJobs } from './measure/machine.ts';
import { measureClients } from './measure-clients.ts';
import { percentile } from './percentile.ts';
import { markdownTable } from './report/markdown-table.ts';
import { reportPassedBounds } from './report/passed-bounds.ts';
import { startService } from './start-service.ts';

const USAGE = `Usage: npm run bench:clients -- [--images DIR] [--rounds N] [--seconds N] [--load SHARE] [--limit MS]

Well-behaved clients at half the peak, alone and beside 500 idle connections, slow heads, slow bodies, answers that nobody reads,
and resets. Exits with 1 when their p99 changes by 20 % or more, one of them fails, or a bad client is not cut.`;

const CHANGE = 0.2;
/** The default of HEADERS_TIMEOUT_MS; the other two are longer by default, and would not be seen to cut in a short run. */
const LIMIT_MS = 10_000;
/** The server looks now and then, and the clock of the crowd starts before the connection is made. */
const SLACK_MS = 1500;
/** A slow body is told at once; what its client still sends is read for two seconds (lingering-answer.ts). */
const LINGER_MS = 2000;
/** Nobody who leaves: a picture that an engine is at work on when its client goes is load as any other (`e2e/engine-deaths` has the others). */
const CROWD = { idle: 500, 'slow-head': 50, 'slow-body': 50, unread: 20, 'early-reset': 10, leaves: 0 };
const STAYING = ['idle', 'slow-head', 'slow-body', 'unread'] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      images: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '15' },
      load: { type: 'string', default: '0.5' },
      limit: { type: 'string', default: String(LIMIT_MS) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const rounds = Math.ceil(positive('rounds', values.rounds));
  const seconds = positive('seconds', values.seconds);
  const share = positive('load', values.load);
  const limitMs = positive('limit', values.limit);
  const requests = await pictureRequests(imagesFolder(values.images), 'raw');
  const { line, warning } = await lookForOtherJobs();
  console.log([...(await describeMachine()), line, ...(warning ? [warning] : [])].join('\n'));

  const limits = ['HEADERS_TIMEOUT_MS', 'BODY_TIMEOUT_MS', 'SEND_TIMEOUT_MS'];
  const service = await startService(Object.fromEntries(limits.map(name => [name, String(limitMs)])));
  try {
    const peak = await closedLoop([service.url], requests, 16, { warmUpMs: 1000, durationMs: 5000 });
    const perSecond = (peak.pictures / peak.seconds) * share;
    console.log(
      `\n${perSecond.toFixed(1)} pictures/s, ${share * 100} % of the peak; ${rounds} rounds of 2 x ${seconds} s`,
    );
    console.log(`the crowd: ${JSON.stringify(CROWD)}, cut by the service after ${limitMs} ms\n`);
    const plan = {
      requests,
      perSecond,
      rounds,
      seconds,
      crowd: CROWD,
      picture: 'samples/cat.jpg',
      spreadMs: limitMs / 2,
    };
    const { calmMs, hostileMs, failures, crowd } = await measureClients(service, plan);

    const row = (name: string, ms: number[]) => [
      name,
      String(ms.length),
      ...[0.5, 0.9, 0.99].map(p => percentile(ms, p).toFixed(1)),
    ];
    const head = ['well-behaved clients', 'pictures', 'p50, ms', 'p90, ms', 'p99, ms'];
    console.log(markdownTable(head, [row('alone', calmMs), row('beside the crowd', hostileMs)]));
    const ratio = percentile(hostileMs, 0.99) / percentile(calmMs, 0.99);
    console.log(`\np99 beside the crowd / alone: ${ratio.toFixed(3)}; failures: ${JSON.stringify(failures)}\n`);
    const cuts = STAYING.map(habit => [
      habit,
      String(crowd.cut[habit]),
      String(crowd.told[habit]),
      crowd.longestMs[habit].toFixed(0),
    ]);
    console.log(markdownTable(['bad clients', 'cut', 'told by 408', 'longest, ms'], cuts));

    const passed: [boundPassed: boolean, sentence: string][] = [
      [Math.abs(ratio - 1) >= CHANGE, `the p99 of the others changed by ${CHANGE * 100} % or more`],
      [Object.keys(failures).length > 0, 'well-behaved clients failed'],
      ...STAYING.map((habit): [boolean, string] => [
        crowd.cut[habit] === 0 || crowd.longestMs[habit] > limitMs + SLACK_MS + (habit === 'slow-body' ? LINGER_MS : 0),
        `${habit}: not cut in time`,
      ]),
    ];
    reportPassedBounds(passed);
  } finally {
    await service.stop();
  }
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
