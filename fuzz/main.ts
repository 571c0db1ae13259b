import { type FuzzOptions, readOptions } from './fuzz-options.ts';
import { startFuzzService } from './fuzz-service.ts';
import { type Judged, runCases } from './run-cases.ts';
import { replayCommand, saveFailure } from './save-failure.ts';
import { makeSeeds } from './seeds.ts';
import { createTally } from './tally.ts';
import { readVitals, vitalFlaws } from './watch-service.ts';

const TOLD_EVERY = 10_000;
/** After so many the rest is the same again. */
const MAX_SAVED = 50;

async function fuzz(options: FuzzOptions): Promise<boolean> {
  const seeds = await makeSeeds();
  const service = await startFuzzService();
  const before = await readVitals(service.port);
  const tally = createTally();
  const startedAt = performance.now();
  let done = 0;
  const onJudged = async (judged: Judged) => {
    tally.add(judged);
    done += 1;
    if (done % TOLD_EVERY === 0) console.log(`${done} cases, ${tally.flawed} failures`);
    if (options.single) describe(judged);
    if (judged.flaws.length === 0 || tally.flawed > MAX_SAVED) return;
    const file = await saveFailure(options.save, options.seed, judged);
    console.log(`FAILED ${judged.one.kind}, ${judged.one.what}: ${judged.flaws.join('; ').slice(0, 600)}`);
    console.log(`  ${file}; again: ${replayCommand(options.seed, judged.one.index)}`);
  };
  try {
    const cases = await runCases(service, seeds, options, onJudged);
    const seconds = (performance.now() - startedAt) / 1000;
    const vitals = service.alive()
      ? vitalFlaws(before, await readVitals(service.port))
      : [`the service died: ${service.output()}`];
    for (const flaw of vitals) console.log(`FAILED: ${flaw}`);
    console.log(
      `\n${cases} cases of seed ${options.seed} from ${options.from} in ${seconds.toFixed(0)} s, ${tally.flawed} failures`,
    );
    console.log(tally.lines().join('\n'));
    const errors = service.output().trim();
    if (errors !== '') console.log(`\nThe service wrote:\n${errors.slice(-4000)}`);
    return tally.flawed === 0 && vitals.length === 0;
  } finally {
    await service.stop();
  }
}

function describe({ one, reading, exchange, flaws }: Judged): void {
  const answer = exchange.answer && { ...exchange.answer, body: exchange.answer.body.toString().slice(0, 2000) };
  const read = reading.kind === 'pictures' ? `${reading.pictures.length} pictures` : JSON.stringify(reading);
  console.log(`${one.kind}: ${one.what}\n${one.request.length} bytes, read as ${read}`);
  console.log(JSON.stringify({ ms: Math.round(exchange.ms), closed: exchange.closed, answer, flaws }, null, 2));
}

try {
  process.exitCode = (await fuzz(readOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
