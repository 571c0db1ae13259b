import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { onStopSignals, STOP_SIGNALS, type StopSignal } from '../src/stop-signals.ts';

/** What `onStopSignals` makes of signals that come at these milliseconds. */
function heard(t: TestContext, signals: readonly (readonly [StopSignal, atMs: number])[]): string[] {
  const calls: string[] = [];
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const before = STOP_SIGNALS.map(signal => process.listeners(signal));
  onStopSignals(
    signal => calls.push(`stop ${signal}`),
    signal => calls.push(`again ${signal}`),
  );
  try {
    for (const [signal, atMs] of signals) {
      now = 1000 + atMs;
      process.emit(signal, signal);
    }
  } finally {
    for (const [index, signal] of STOP_SIGNALS.entries()) {
      for (const listener of process.listeners(signal)) {
        if (!before[index]!.includes(listener)) process.removeListener(signal, listener);
      }
    }
  }
  return calls;
}

type Case = [name: string, signals: [StopSignal, atMs: number][], calls: string[]];
const cases: Case[] = [
  ...STOP_SIGNALS.map((signal): Case => [`${signal} stops`, [[signal, 0]], [`stop ${signal}`]]),
  [
    'SIGINT within 249 ms is an echo',
    [
      ['SIGINT', 0],
      ['SIGINT', 20],
      ['SIGINT', 249],
    ],
    ['stop SIGINT'],
  ],
  [
    'SIGINT after 250 ms is a second one',
    [
      ['SIGINT', 0],
      ['SIGINT', 250],
    ],
    ['stop SIGINT', 'again SIGINT'],
  ],
  [
    'the echo is counted from the first, not from the echo before',
    [
      ['SIGINT', 0],
      ['SIGINT', 200],
      ['SIGINT', 400],
    ],
    ['stop SIGINT', 'again SIGINT'],
  ],
  [
    'SIGTERM twice at once is a second one',
    [
      ['SIGTERM', 0],
      ['SIGTERM', 0],
    ],
    ['stop SIGTERM', 'again SIGTERM'],
  ],
  [
    'SIGTERM at once after SIGINT is a second one',
    [
      ['SIGINT', 0],
      ['SIGTERM', 0],
    ],
    ['stop SIGINT', 'again SIGTERM'],
  ],
  [
    'SIGINT at once after SIGTERM is a second one',
    [
      ['SIGTERM', 0],
      ['SIGINT', 0],
    ],
    ['stop SIGTERM', 'again SIGINT'],
  ],
];

for (const [name, signals, calls] of cases) {
  test(name, t => {
    const listening = STOP_SIGNALS.map(signal => process.listenerCount(signal));
    assert.deepEqual(heard(t, signals), calls);
    assert.deepEqual(
      STOP_SIGNALS.map(signal => process.listenerCount(signal)),
      listening,
    );
  });
}
