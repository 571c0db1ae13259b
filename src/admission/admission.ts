/** Why a picture was turned away, or given up, before it was answered. */
export const REJECTION_REASONS = ['queue_full', 'deadline', 'client_gone', 'draining'] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export interface AdmissionEvent {
  type: 'rejected';
  reason: RejectionReason;
}

export interface AdmissionOptions {
  /** Requests that may wait; those being worked on are not counted. */
  capacity: number;
  /** Queue and work together, from `submit`. */
  deadlineMs: number;
  freeSlots: () => number;
  /** Milliseconds; default `performance.now`. */
  now?: () => number;
  onEvent?: (event: AdmissionEvent) => void;
}

export interface SubmitOptions {
  /** Aborted when the client has gone. */
  signal?: AbortSignal;
  /** On the clock of `now`; default `deadlineMs` from now. */
  deadlineAt?: number;
}

export interface Admission {
  /**
   * Runs `work` as soon as a slot is free, first come first served. Its signal is aborted at the deadline and when the client goes.
   * Rejects with `ServiceError` `overloaded` (at once), `deadline_exceeded`, `unavailable` (draining, or the client has gone),
   * or with what `work` rejects with.
   */
  submit<T>(work: (signal: AbortSignal) => Promise<T>, options?: SubmitOptions): Promise<{ value: T; queueMs: number }>;
  /** True when `submit` would refuse now: ask before a body is read. */
  full(): boolean;
  /** A slot may have come free. */
  poke(): void;
  readonly depth: number;
  readonly capacity: number;
  readonly inFlight: number;
  readonly draining: boolean;
  /** Seconds a refused client should wait, from the recent service rate; at least 1. */
  retryAfterS(): number;
  /** Refuses what is new; resolves when everything accepted has ended. */
  drain(): Promise<void>;
}

export function createAdmission(_options: AdmissionOptions): Admission {
  throw new Error('landing soon');
}
