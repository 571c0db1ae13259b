/** The signals that ask a process to end in order, the same as close-with-grace's own. */
export const STOP_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR2', 'SIGTERM'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * SIGINT again within this time is the first once more: Ctrl-C reaches everything in the terminal, and `npm start`, which gets it too,
 * passes it on some milliseconds later. No person is that quick.
 */
const ECHO_MS = 250;

/** Calls `stop` for the first signal and `again` for every later one that is no echo of it. */
export function onStopSignals(stop: (signal: StopSignal) => void, again: (signal: StopSignal) => void): void {
  let first: { signal: StopSignal; at: number } | undefined;
  const take = (signal: StopSignal) => {
    if (first === undefined) {
      first = { signal, at: performance.now() };
      stop(signal);
      return;
    }
    const isEcho = signal === 'SIGINT' && first.signal === 'SIGINT' && performance.now() - first.at < ECHO_MS;
    if (!isEcho) again(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, () => take(signal));
}
