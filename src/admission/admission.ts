import { ServiceError } from '../errors.ts';
import { createServiceRate } from './service-rate.ts';
import { type ClientId, createTurns } from './turns.ts';

/** Why a picture was turned away, or given up, before it was answered. */
export const REJECTION_REASONS = ['queue_full', 'displaced', 'deadline', 'client_gone', 'given_up'] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** Abort a picture's signal with this reason when another picture of its request has failed. Any other reason means that the client has gone. */
export const GIVEN_UP = Symbol('given up');

/** Why a signal was aborted. */
export function goneReason({ reason }: AbortSignal): 'given_up' | 'client_gone' {
  return reason === GIVEN_UP ? 'given_up' : 'client_gone';
}

export interface AdmissionOptions {
  /** Pictures that may wait; those being worked on are not counted. */
  capacity: number;
  /** From `submit` to the answer: the wait and the work together. */
  deadlineMs: number;
  /** Pictures that could be worked on right now, beside those that are. */
  freeSlots: () => number;
  /** Milliseconds; default `performance.now`. */
  now?: () => number;
  /** Called for every picture that is turned away or given up. */
  onRejected?: (reason: RejectionReason) => void;
}

export interface SubmitOptions {
  /** Aborted when the client has gone, or with `GIVEN_UP`. */
  signal?: AbortSignal;
  /** Whose turn it takes. Default: one for all that name none. */
  client?: ClientId | undefined;
}

export interface Admission {
  /**
   * Runs `work` as soon as a slot is free. Clients take turns; the pictures of one client keep their order. `work` must take its slot
   * before its first `await`. At the deadline and when the client goes, this rejects without waiting for `work`, and aborts the signal
   * that `work` got with the same error.
   *
   * Rejects with `ServiceError`: `overloaded` (at once, or later when its place goes to a client that has fewer waiting),
   * `deadline_exceeded`, `unavailable` (the client has gone, or `GIVEN_UP`); or with what `work` rejects with.
   */
  submit<T>(work: (signal: AbortSignal) => Promise<T>, options?: SubmitOptions): Promise<{ value: T; queueMs: number }>;
  /** Whether `submit` would refuse a picture of this client now. Asked before a body is read. */
  full(client?: ClientId): boolean;
  /** A slot may have come free. */
  poke(): void;
  readonly depth: number;
  readonly capacity: number;
  /**
   * How much of the room for waiting is taken: the share of the places or of the time until the deadline, whichever is more. 0 when nothing
   * waits; from 1 on the next picture is refused, or takes another's place.
   */
  readonly fill: number;
  readonly inFlight: number;
  /** After `leave`: the service will stop. It asks to be sent nothing new, but still takes what comes. */
  readonly leaving: boolean;
  /** After `drain`: new requests are to be refused (`submit` does not look at it). Requests that began before still submit their pictures. */
  readonly draining: boolean;
  /** Seconds a refused client should wait, from the recent service rate; 1 to 60. */
  retryAfterS(): number;
  /** Sets `leaving`. */
  leave(): void;
  /** Sets `leaving` and `draining`; resolves when no picture waits or is worked on. */
  drain(): Promise<void>;
}

/** One request between `submit` and its answer. */
interface Ticket {
  /** Takes a slot, unless its deadline passed while it waited. */
  begin(): void;
  /** Leaves its place to another client. */
  giveWay(): void;
}

const NOBODY = 'nobody';

export function createAdmission(options: AdmissionOptions): Admission {
  const { capacity, deadlineMs, freeSlots, now = () => performance.now(), onRejected } = options;
  const waiting = createTurns<Ticket>();
  const rate = createServiceRate();
  let inFlight = 0;
  let leaving = false;
  let draining = false;
  let onEmpty: (() => void)[] = [];

  const retryAfterS = () => rate.retryAfterS(waiting.size, inFlight);
  // Of a picture that `ahead` others go before: the share of its deadline after which it would be answered. From 1 on it is refused at
  // once: worked on and thrown away it would only make others late, too. 0 while nothing waits: the rate is only known from work that is
  // done, so one picture may always wait.
  const shareOfDeadline = (ahead: number) =>
    waiting.size > 0 && inFlight > 0 ? rate.answerMs(ahead, inFlight) / deadlineMs : 0;
  const hasToWait = () => waiting.size > 0 || freeSlots() <= 0;
  const noPlace = () => hasToWait() && (waiting.size >= capacity || shareOfDeadline(waiting.size) >= 1);
  // Whoever has most waiting is refused first: a client that has fewer takes one of its places.
  const full = (client: ClientId = NOBODY) =>
    hasToWait() &&
    (shareOfDeadline(waiting.ahead(client)) >= 1 || (noPlace() && waiting.surplusFor(client) === undefined));

  function poke(): void {
    // Asked anew each time: a picture that has to be alone takes a whole engine.
    while (freeSlots() > 0) {
      const next = waiting.take();
      if (next === undefined) return;
      next.begin();
    }
  }

  function checkEmpty(): void {
    if (waiting.size > 0 || inFlight > 0) return;
    for (const callback of onEmpty) callback();
    onEmpty = [];
  }

  function rejection(reason: RejectionReason, cause?: unknown): ServiceError {
    onRejected?.(reason);
    switch (reason) {
      case 'queue_full':
        return new ServiceError(
          'overloaded',
          'Every engine is busy and the queue is full; send the picture again later.',
          { retryAfterS: retryAfterS() },
        );
      case 'displaced':
        return new ServiceError(
          'overloaded',
          'The queue is full, and other clients have fewer pictures in it; send the picture again later.',
          { retryAfterS: retryAfterS() },
        );
      case 'deadline':
        return new ServiceError('deadline_exceeded', 'The picture was not answered within its deadline.');
      case 'client_gone':
        return new ServiceError('unavailable', 'The client left before its picture was answered.', { cause });
      case 'given_up':
        return new ServiceError('unavailable', 'Another picture of the request has failed.');
    }
  }

  async function submit<T>(work: (signal: AbortSignal) => Promise<T>, request: SubmitOptions = {}) {
    const submittedAt = now();
    const { signal, client = NOBODY } = request;
    if (signal?.aborted) throw rejection(goneReason(signal), signal.reason);
    if (full(client)) throw rejection('queue_full');
    if (noPlace()) waiting.surplusFor(client)?.giveWay();

    return new Promise<{ value: T; queueMs: number }>((resolve, reject) => {
      const stop = new AbortController();
      let startedAt: number | undefined;
      let ended = false;

      function end(settle: () => void): void {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', gone);
        waiting.remove(client, ticket);
        if (startedAt !== undefined) inFlight -= 1;
        settle();
        if (startedAt !== undefined) poke();
        checkEmpty();
      }

      function giveUp(reason: RejectionReason, cause?: unknown): void {
        end(() => {
          const error = rejection(reason, cause);
          if (reason === 'deadline' && startedAt !== undefined) rate.record(now() - startedAt);
          stop.abort(error);
          reject(error);
        });
      }

      const ticket: Ticket = {
        giveWay: () => giveUp('displaced'),
        begin() {
          const beganAt = now();
          if (beganAt >= submittedAt + deadlineMs) {
            giveUp('deadline');
            return;
          }
          startedAt = beganAt;
          inFlight += 1;
          const queueMs = beganAt - submittedAt;
          const answered = (settle: () => void) => {
            if (!ended) rate.record(now() - beganAt);
            end(settle);
          };
          new Promise<T>(take => take(work(stop.signal))).then(
            value => answered(() => resolve({ value, queueMs })),
            error => answered(() => reject(error)),
          );
        },
      };
      const gone = () => signal && giveUp(goneReason(signal), signal.reason);
      const timer = setTimeout(() => giveUp('deadline'), deadlineMs);
      signal?.addEventListener('abort', gone, { once: true });
      waiting.add(client, ticket);
      poke();
    });
  }

  return {
    submit,
    full,
    poke,
    retryAfterS,
    capacity,
    get depth() {
      return waiting.size;
    },
    get fill() {
      return waiting.size === 0 ? 0 : Math.max(waiting.size / capacity, shareOfDeadline(waiting.size));
    },
    get inFlight() {
      return inFlight;
    },
    get leaving() {
      return leaving;
    },
    get draining() {
      return draining;
    },
    leave() {
      leaving = true;
    },
    drain() {
      leaving = true;
      draining = true;
      return new Promise(resolve => {
        onEmpty.push(resolve);
        checkEmpty();
      });
    },
  };
}
