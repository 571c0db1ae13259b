import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FuzzService, startFuzzService } from '../../fuzz/fuzz-service.ts';
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
