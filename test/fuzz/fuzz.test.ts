import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FuzzService, startFuzzService } from '../../fuzz/fuzz-service.ts';
import { knownAnswers } from '../../fuzz/known-answers.ts';
import { type Judged, runCases } from '../../fuzz/run-cases.ts';
import { replayCommand } from '../../fuzz/save-failure.ts';
import { makeSeeds, type Seed } from '../../fuzz/seeds.ts';
import { createTally } from '../../fuzz/tally.ts';
import { readVitals, vitalFlaws } from '../../fuzz/watch-service.ts';

/** The short form of `npm run fuzz`: other cases every day, so that CI wanders through them. */

const SECONDS = 15;
const SEED = Math.floor(Date.now() / 86_400_000);

let service: FuzzService;
let seeds: Seed[];
before(async () => {
  seeds = await makeSeeds();
  service = await startFuzzService();
});
after(() => service.stop());

test('the service finds something in every seed but the grey ones, so that its answers have something to compare', async () => {
  const known = await knownAnswers(service.port, seeds, service.rules);
  const found = known
    .filter(({ result }) => Array.isArray(result?.detections) && result.detections.length > 0)
    .map(({ name }) => name);
  assert.deepEqual(
    seeds.map(({ format, name }) => `${format} ${name}`).filter(name => !found.includes(name)),
    ['jpeg grey', 'png grey'],
  );
});

test(`${SECONDS} s of changed pictures, forms, JSON, options and heads: nothing breaks and nothing lies`, async () => {
  const tally = createTally();
  const failures: string[] = [];
  const earlier = await readVitals(service.port);
  const onJudged = (judged: Judged) => {
    tally.add(judged);
    if (judged.flaws.length === 0) return;
    failures.push(`${judged.one.what}: ${judged.flaws.join('; ')}. Again: ${replayCommand(SEED, judged.one.index)}`);
  };
  const plan = { seed: SEED, from: 0, cases: 100_000, seconds: SECONDS, connections: 16 };
  const cases = await runCases(service, seeds, plan, onJudged);
  console.log([`${cases} cases of seed ${SEED}`, ...tally.lines()].join('\n'));
  assert.ok(service.alive(), service.output());
  assert.deepEqual(failures, []);
  assert.deepEqual(vitalFlaws(earlier, await readVitals(service.port)), []);
  assert.ok(cases > 200, `${cases} cases show little`);
});
