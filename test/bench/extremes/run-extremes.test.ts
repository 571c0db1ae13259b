import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EXTREMES } from '../../../bench/extremes/all.ts';
import type { Extreme, Finding } from '../../../bench/extremes/extreme.ts';
import { chooseExtremes, runExtremes } from '../../../bench/extremes/run-extremes.ts';

const extreme = (name: string, run: () => Promise<Finding>): Extreme => ({ name, bound: 'at most 1', run });
const CASES = [
  extreme('holds', async () => ({ figure: '1', held: true })),
  extreme('passes-its-bound', async () => ({ figure: '2', held: false })),
  { ...extreme('cannot-run', async () => ({ figure: '1', held: true })), missing: () => 'needs root' },
  extreme('throws', async () => {
    throw new Error('broken');
  }),
];

test('what was seen of each case, in order', async () => {
  const seen = (await runExtremes(CASES, () => {})).map(({ name, figure, held }) => [name, figure, held]);
  assert.deepEqual(seen, [
    ['holds', '1', 'yes'],
    ['passes-its-bound', '2', 'NO'],
    ['cannot-run', 'needs root', 'skipped'],
    ['throws', 'failed to run: broken', 'NO'],
  ]);
});

test('those that are named are run, all when none is, and a wrong name is refused', () => {
  assert.deepEqual(chooseExtremes(CASES, []), CASES);
  assert.deepEqual(chooseExtremes(CASES, ['throws', 'holds']), [CASES[0], CASES[3]]);
  assert.throws(() => chooseExtremes(CASES, ['holds', 'hold']), /There is no case hold\. There are:\nholds\n/);
});

test('no two cases have one name', () => {
  const names = EXTREMES.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

test('docs/reliability.md names every case, and none that is not there', () => {
  const commands = readFileSync('docs/reliability.md', 'utf8').matchAll(/`npm run bench:extremes -- ([^`]+)`/g);
  const named = [...commands].flatMap(([, names]) => names!.split(' '));
  assert.deepEqual(new Set(named), new Set(EXTREMES.map(({ name }) => name)));
});
