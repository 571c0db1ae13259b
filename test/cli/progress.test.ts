import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgress } from '../../src/cli/progress.ts';

/** What is written, and a clock that the test sets. */
function screen(shape: { isTTY?: boolean; columns?: number }) {
  let text = '';
  const clock = { ms: 0 };
  const output = { ...shape, write: (more: string) => (text += more) };
  const take = () => {
    const taken = text;
    text = '';
    return taken;
  };
  return { progress: createProgress(output, 'pictures', 200, () => clock.ms), clock, take };
}

const CLEAR = '\r\x1b[K';

test('a terminal has a bar with rate and remaining time', () => {
  const { progress, clock, take } = screen({ isTTY: true, columns: 80 });
  clock.ms = 2000;
  progress.update(50);
  assert.equal(take(), `${CLEAR}${'━'.repeat(6)}${'─'.repeat(18)}   50 of 200 pictures  25.0/s  6 s left`);
  clock.ms = 2050;
  progress.update(51);
  assert.equal(take(), '', 'not more often than ten times a second');
  clock.ms = 2101;
  progress.update(52);
  assert.match(take(), /52 of 200 pictures {2}24\.8\/s {2}6 s left$/);
  progress.say('broken.jpg: It is empty.');
  assert.equal(take(), `${CLEAR}broken.jpg: It is empty.\n`, 'a line takes the place of the bar');
  progress.update(200);
  assert.equal(take(), `${CLEAR}${'━'.repeat(24)}  200 of 200 pictures  95.2/s`);
  progress.end();
  assert.equal(take(), CLEAR, 'nothing is left of it');
  progress.end();
  assert.equal(take(), '');
});

test('minutes and hours that remain', () => {
  const { progress, clock, take } = screen({ isTTY: true, columns: 80 });
  clock.ms = 60_000;
  progress.update(50);
  assert.match(take(), /0\.8\/s {2}3 min 0 s left$/);
  clock.ms = 3_600_000;
  progress.update(51);
  assert.match(take(), /0\.0\/s {2}2 h 55 min left$/);
});

test('no line is longer than the terminal is wide', () => {
  const counts = '50 of 200 pictures';
  const SHOWN: [columns: number, line: string][] = [
    [10, '50 of 200'],
    [19, counts],
    [26, counts],
    [27, `${counts}  25.0/s`],
    [36, `${counts}  25.0/s`],
    [37, `${counts}  25.0/s  6 s left`],
    [61, `${counts}  25.0/s  6 s left`],
    [64, `${'━'.repeat(6)}${'─'.repeat(18)}   ${counts}  25.0/s  6 s left`],
  ];
  for (const [columns, line] of SHOWN) {
    const { progress, clock, take } = screen({ isTTY: true, columns });
    clock.ms = 2000;
    progress.update(50);
    assert.equal(take(), CLEAR + line, `${columns} columns`);
  }
  const unknown = screen({ isTTY: true, columns: 0 });
  unknown.clock.ms = 2000;
  unknown.progress.update(50);
  assert.match(unknown.take(), /━.*left$/, 'a terminal that does not know its width');
});

test('a pipe has a plain line every ten seconds and one at the end', () => {
  const { progress, clock, take } = screen({});
  clock.ms = 9000;
  progress.update(50);
  assert.equal(take(), '');
  clock.ms = 10_000;
  progress.update(60);
  assert.equal(take(), '60 of 200 pictures  6.0/s  24 s left\n');
  progress.say('broken.jpg: It is empty.');
  assert.equal(take(), 'broken.jpg: It is empty.\n');
  clock.ms = 11_000;
  progress.update(200);
  assert.equal(take(), '200 of 200 pictures  18.2/s\n');
  progress.end();
  assert.equal(take(), '');
});
