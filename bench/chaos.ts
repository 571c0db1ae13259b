import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { positive } from './bench-options.ts';
import { chaos } from './chaos/chaos.ts';
import { report } from './chaos/report.ts';
import { TORMENTS } from './chaos/torments/all.ts';
import { describeMachine, lookForOtherJobs } from './measure/machine.ts';
import { hasProc } from './measure/process-tree.ts';
import { leaking } from './soak/leaking.ts';
import { soakRequests } from './soak/soak-requests.ts';

const USAGE = `Usage: npm run chaos -- [--minutes N] [--seed S] [--clients N] [--leak memory|descriptors|answers]

Random faults against the real processes, under clients that ask, ask ahead, are slow, mean harm and leave: engines are killed, crash and stand
still, the service stands still, its cache is damaged, crowds come, and at last SIGTERM. Exits with 1 when an answer is not the known one, a
refusal is one that nothing explains, somebody waits too long, the service is not back in time, log, metrics and clients do not agree, or anything
is left at rest or behind the service. The seed decides what is done, not in which moment of the service. --leak plants one and must exit with 1.

${TORMENTS.map(({ name }) => `  ${name}`).join('\n')}`;

const PICTURES = ['astronaut', 'cat', 'coffee', 'motorcycle', 'photographer'];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      clients: { type: 'string', default: '12' },
      leak: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  if (!hasProc) throw new Error('This reads /proc, which only Linux has.');
  const { line, warning } = await lookForOtherJobs();
  console.log([...(await describeMachine()), line, ...(warning ? [warning] : []), ''].join('\n'));
  const result = await chaos({
    seconds: positive('minutes', values.minutes) * 60,
    seed: positive('seed', values.seed),
    hostile: (await soakRequests()).requests.filter(({ expect }) => expect !== 'result'),
    clients: positive('clients', values.clients),
    model: 'nanodet-g',
    pictures: await Promise.all(PICTURES.map(name => readFile(`samples/${name}.jpg`))),
    times: { deadlineMs: 3000, hangTimeoutMs: 4000, startTimeoutMs: 30_000, bodyTimeoutMs: 4000, drainTimeoutMs: 6000 },
    torments: TORMENTS,
    longestStillMs: 10_000,
    pauseMs: 1500,
    restEveryMs: 30_000,
    env: values.leak === undefined ? {} : leaking(values.leak),
    note: text => console.log(`${new Date().toISOString().slice(11, 23)} ${text}`),
  });
  console.log(`\n${report(result)}\n`);
  if (result.flaws.length > 0) process.exitCode = 1;
  console.log(
    result.flaws.length > 0
      ? `FAILED: ${result.flaws.length} flaws with seed ${values.seed}.`
      : `Passed: no flaw in ${values.minutes} minutes with seed ${values.seed}.`,
  );
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
