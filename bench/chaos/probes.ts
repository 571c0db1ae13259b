import { setTimeout as sleep } from 'node:timers/promises';
import { throwDice } from '../../fuzz/dice.ts';
import { asking, bytesOf, hear } from './ask.ts';
import type { ClientSettings } from './clients.ts';
import { now } from './clock.ts';
import { openTalk } from './talk.ts';

const EVERY_MS = 200;
const ADDRESS = '127.0.1.1';

export interface Probes {
  /** When the first of those that were begun since was answered as it should be; undefined so far. */
  answeredSince(at: number): number | undefined;
  stop(): Promise<void>;
}

/** Somebody else who asks about a picture five times a second, whatever became of the last. */
export function startProbes(settings: Omit<ClientSettings, 'count'>): Probes {
  const dice = throwDice(settings.seed, 1_000_000);
  const good: { begunAt: number; endedAt: number }[] = [];
  const underWay = new Set<Promise<void>>();
  let running = true;
  let asked = 0;

  async function probe(): Promise<void> {
    const request = asking({ nextId: () => `probe-${settings.seed}-${asked++}` }, settings.questions.plain(dice));
    const talk = await openTalk(settings.port, ADDRESS);
    if (talk === undefined) return;
    const begunAt = now();
    await talk.say(bytesOf(request));
    const answer = await hear(settings, talk, request, { begunAt, sentAt: now() });
    talk.leave(false);
    if (answer?.status === 200) good.push({ begunAt, endedAt: now() });
  }

  const asking_ = (async () => {
    while (running) {
      const one: Promise<void> = probe().finally(() => underWay.delete(one));
      underWay.add(one);
      await sleep(EVERY_MS);
    }
  })();
  asking_.catch(() => {}); // awaited in stop()
  return {
    answeredSince: at => good.find(({ begunAt }) => begunAt >= at)?.endedAt,
    async stop() {
      running = false;
      await asking_;
      await Promise.all(underWay);
    },
  };
}
