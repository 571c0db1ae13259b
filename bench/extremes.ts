import { parseArgs } from 'node:util';
import { EXTREMES } from './extremes/all.ts';
import { chooseExtremes, runExtremes } from './extremes/run-extremes.ts';
import { describeMachine, lookForOtherJobs } from './measure/machine.ts';
import { markdownTable } from './report/markdown-table.ts';

const USAGE = `Usage: npm run bench:extremes -- [NAME...]

Promises of docs/reliability.md at sizes that are too large or too slow for every test run, all of them unless some are named.
Exits with 1 when a bound is passed. What cannot be run here is skipped, with the reason.

${EXTREMES.map(({ name, bound }) => `  ${name}: ${bound}`).join('\n')}`;

async function main(): Promise<void> {
  const options = { help: { type: 'boolean', short: 'h', default: false } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) throw new Error(USAGE);
  const chosen = chooseExtremes(EXTREMES, positionals);
  const { line, warning } = await lookForOtherJobs();
  console.log([...(await describeMachine()), line, ...(warning ? [warning] : []), ''].join('\n'));
  const outcomes = await runExtremes(chosen, console.log);
  const rows = outcomes.map(({ name, bound, figure, held }) => [name, bound, figure, held]);
  console.log(`\n${markdownTable(['case', 'bound', 'figure', 'held'], rows)}`);
  if (outcomes.some(({ held }) => held === 'NO')) process.exitCode = 1;
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
