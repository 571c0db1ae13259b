/** Exit codes of a command that a signal ended: 128 and the number of the signal, as shells have it. */
export const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof SIGNAL_CODES;
