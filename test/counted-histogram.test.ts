import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, Registry } from 'prom-client';
import { CountedHistogram } from '../src/counted-histogram.ts';
import { seededRandom } from './support/random.ts';

const DESCRIPTION = { name: 'some_seconds', help: 'Some of "them".', labelNames: ['model', 'stage'] as const };
const BUCKETS = [0.001, 0.5, 1, 10];

function both() {
  const [ours, theirs] = [new Registry(), new Registry()];
  const counted = new CountedHistogram({ ...DESCRIPTION, buckets: BUCKETS, registers: [ours] });
  const observed = new Histogram({ ...DESCRIPTION, buckets: BUCKETS, registers: [theirs] });
  return { ours, theirs, counted, observed };
}

test('gives out what a histogram of prom-client gives out, to the last character', async () => {
  const { ours, theirs, counted, observed } = both();
  assert.equal(await ours.metrics(), await theirs.metrics(), 'before anything was observed');
  const next = seededRandom(7);
  for (let i = 0; i < 2000; i++) {
    const labels = { model: `m${Math.floor(next() * 3)}`, stage: next() < 0.5 ? 'a"\\\n' : 'b' };
    // On the bounds, between them, below and above.
    const value = next() < 0.3 ? BUCKETS[Math.floor(next() * BUCKETS.length)]! : next() * 20 - 2;
    counted.observe(labels, value);
    observed.observe(labels, value);
  }
  const text = await theirs.metrics();
  assert.equal(await ours.metrics(), text);
  assert.match(text, /some_seconds_bucket{le="\+Inf",model="m2",stage="b"} \d{3}/);
});

test('many values at once are the same as one by one', async () => {
  const { ours, theirs, counted, observed } = both();
  const labels = { model: 'm', stage: 's' };
  const values = [0, 0.001, 3, 11, 11];
  counted.observeAll(labels, values);
  for (const value of values) observed.observe(labels, value);
  assert.equal(await ours.metrics(), await theirs.metrics());
});

test('of labels that nothing was observed of nothing is given out', async () => {
  const { ours, theirs, counted } = both();
  counted.observeAll({ model: 'm', stage: 's' }, []);
  assert.equal(await ours.metrics(), await theirs.metrics());
});

test('combinations of labels that only read alike are told apart', async () => {
  const { ours, counted } = both();
  counted.observe({ model: 'a', stage: 'bc' }, 1);
  counted.observe({ model: 'ab', stage: 'c' }, 1);
  const counts = (await ours.metrics()).match(/^some_seconds_count.* \d+$/gm);
  assert.deepEqual(counts, [
    'some_seconds_count{model="a",stage="bc"} 1',
    'some_seconds_count{model="ab",stage="c"} 1',
  ]);
});

test('its labels are its own: what the caller does with them later changes nothing', async () => {
  const { ours, counted } = both();
  const labels = { model: 'm', stage: 's' };
  counted.observe(labels, 1);
  labels.model = 'other';
  assert.match(await ours.metrics(), /some_seconds_count{model="m",stage="s"} 1/);
});
