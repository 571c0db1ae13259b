import { setTimeout as sleep } from 'node:timers/promises';
import { slowedDown } from '../../test/support/slowed-down.ts';
import { gauge } from '../measure/watch-service.ts';
import { now } from './clock.ts';
import type { Pauses } from './pauses.ts';

export interface Watch {
  /** Scrapes so far. */
  readonly looks: number;
  stop(): Promise<void>;
}

interface Ready {
  engines?: { serving: number; configured: number; crash_looping: number };
}

export interface WatchSettings {
  url: string;
  engines: number;
  pauses: Pauses;
  onFlaw(flaw: string): void;
}

const EVERY_MS = 300;
/** As `/health/live` may take on a busy machine. */
const LIVE_MS = 1000;

/** Asks for probes and metrics all the time, and holds what they say against each other and what was said before. */
export function watch({ url, engines, pauses, onFlaw }: WatchSettings): Watch {
  let running = true;
  let looks = 0;
  let before = new Map<string, number>();

  async function timed(path: string): Promise<{ status: number; text: string }> {
    const from = now();
    const answer = await fetch(`${url}${path}`);
    const text = await answer.text();
    const ms = now() - from - pauses.within(from, now());
    if (ms > LIVE_MS * slowedDown()) onFlaw(`${path} took ${ms.toFixed(0)} ms`);
    return { status: answer.status, text };
  }

  async function look(): Promise<void> {
    const live = await timed('/health/live');
    if (live.status !== 200) onFlaw(`/health/live says ${live.status}`);
    const ready = await timed('/health/ready');
    const state = JSON.parse(ready.text) as Ready;
    if (ready.status === 200) {
      const { serving = 0, configured } = state.engines ?? {};
      if (serving < 1 || serving > engines || configured !== engines) onFlaw(`/health/ready says ${ready.text}`);
    } else if (ready.status !== 503 || !/engine|start/.test(ready.text)) onFlaw(`/health/ready says ${ready.text}`);
    const { status, text } = await timed('/metrics');
    if (status !== 200) return onFlaw(`/metrics says ${status}`);
    for (const flaw of gaugeFlaws(text, engines)) onFlaw(flaw);
    const counters = countersOf(text);
    for (const [series, value] of before) {
      if ((counters.get(series) ?? 0) < value) onFlaw(`${series} went from ${value} to ${counters.get(series)}`);
    }
    before = counters;
    looks += 1;
  }

  const done = (async () => {
    while (running) {
      await look().catch(error => running && onFlaw(`a probe failed: ${(error as Error).cause ?? error}`));
      await sleep(EVERY_MS);
    }
  })();
  return {
    get looks() {
      return looks;
    },
    async stop() {
      running = false;
      await done;
    },
  };
}

function gaugeFlaws(text: string, engines: number): string[] {
  const flaws: string[] = [];
  const states = gauge(text, 'gfl_engines');
  if (states !== engines) flaws.push(`${states} engines in all states`);
  const [depth, capacity] = [gauge(text, 'gfl_queue_depth'), gauge(text, 'gfl_queue_capacity')];
  if (!(depth >= 0 && depth <= capacity)) flaws.push(`${depth} pictures wait, in a queue for ${capacity}`);
  const inFlight = gauge(text, 'gfl_in_flight');
  if (!(inFlight >= 0)) flaws.push(`${inFlight} pictures are in flight`);
  if (!(gauge(text, 'gfl_buffered_bytes') >= 0)) flaws.push('fewer than no bytes are buffered');
  if (gauge(text, 'gfl_engines_crash_looping') > engines) flaws.push('more engines loop than there are');
  return flaws;
}

/** Series of counters, and of the counts of histograms, with their values. Of engines each life counts anew. */
export function countersOf(text: string): Map<string, number> {
  const series = text.matchAll(/^((?:gfl|process)_\w+_(?:total|count)(?:\{[^}]*\})?) (\S+)$/gm);
  return new Map(
    [...series]
      .filter(([, name]) => !name!.startsWith('gfl_engine_cpu'))
      .map(([, name, value]) => [name!, Number(value)]),
  );
}
