/** Turns the real event loop: all promises that can settle now have settled then. */
const turn = globalThis.setImmediate;

interface Due {
  at: number;
  run(): void;
}

/**
 * Time that only a test lets pass, in the place of `setTimeout`, `setImmediate` and `performance.now`. Unlike the timers of `node:test` it
 * moves all three together, lets promises settle after each timer, and knows which timers are left.
 */
export interface VirtualClock {
  readonly now: number;
  /** Timers that have neither fired nor been cleared, but for those that hold nobody up (`unref`). */
  readonly pending: number;
  /** Lets so much time pass; timers fire at their time, in order, and `after` is called when promises have settled after each. */
  pass(ms: number, after?: () => void): Promise<void>;
  /** So much time passes in which the event loop does not turn. */
  stall(ms: number): void;
  /** Lets promises settle. */
  settle(): Promise<void>;
  /** Puts the real ones back. */
  restore(): void;
}

export function virtualClock(): VirtualClock {
  let now = 0;
  // In the order they were made; those of one moment fire in it.
  const timers = new Set<VirtualTimer>();

  class VirtualTimer implements Due {
    readonly at: number;
    readonly run: () => void;
    holds = true;

    constructor(run: () => void, ms: number) {
      this.at = now + Math.max(1, ms);
      this.run = run;
    }

    unref(): this {
      this.holds = false;
      return this;
    }
  }

  const set = (run: () => void, ms = 1, ...given: unknown[]) => {
    const timer = new VirtualTimer(() => (run as (...args: unknown[]) => void)(...given), ms);
    timers.add(timer);
    return timer;
  };
  const clear = (timer: VirtualTimer | undefined) => void (timer && timers.delete(timer));
  const { setTimeout, clearTimeout, setImmediate } = globalThis;
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear, setImmediate: (run: () => void) => set(run, 0) });
  // Its own property hides the one of its prototype.
  Object.assign(performance, { now: () => now });

  const settle = () => new Promise<void>(resolve => turn(resolve));

  function firstUntil(end: number): VirtualTimer | undefined {
    let first: VirtualTimer | undefined;
    for (const timer of timers) if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    return first;
  }

  return {
    get now() {
      return now;
    },
    get pending() {
      return [...timers].filter(({ holds }) => holds).length;
    },
    async pass(ms, after = () => {}) {
      const end = now + ms;
      await settle();
      for (let timer = firstUntil(end); timer !== undefined; timer = firstUntil(end)) {
        timers.delete(timer);
        now = Math.max(now, timer.at); // late after a stall
        timer.run();
        await settle();
        after();
      }
      now = Math.max(now, end);
    },
    stall(ms) {
      now += ms;
    },
    settle,
    restore() {
      Object.assign(globalThis, { setTimeout, clearTimeout, setImmediate });
      Reflect.deleteProperty(performance, 'now');
    },
  };
}
