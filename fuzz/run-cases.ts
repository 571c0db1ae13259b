import { makeCase, type NumberedCase } from './cases/make-case.ts';
import { knownAnswers } from './known-answers.ts';
import { judge, type Rules } from './oracle/judge.ts';
import type { KnownAnswer } from './oracle/known-flaws.ts';
import { type RequestReading, readRequest } from './oracle/read-request.ts';
import { repeatFlaws } from './oracle/repeat-flaws.ts';
import type { Seed } from './seeds.ts';
import { type Exchange, openWire } from './wire.ts';

/** The service under test, or something in its place. */
export interface Target {
  port: number;
  rules: Rules;
  alive(): boolean;
  /** The last it wrote. */
  output(): string;
}

export interface Plan {
  seed: number;
  from: number;
  cases: number;
  seconds: number;
  connections: number;
}

export interface Judged {
  one: NumberedCase;
  reading: RequestReading;
  exchange: Exchange;
  flaws: string[];
}

/** One of so many cases that lack bytes leaves the connection open, for the service to give up by itself. */
const LEFT_OPEN = 16;

/** Sends the cases of a plan, several at once; `onJudged` is told of each. Resolves with how many there were. */
export async function runCases(
  target: Target,
  seeds: readonly Seed[],
  { seed, from, cases, seconds, connections }: Plan,
  onJudged: (judged: Judged) => void | Promise<void>,
): Promise<number> {
  const known = await knownAnswers(target.port, seeds, target.rules);
  const until = performance.now() + seconds * 1000;
  let next = from;
  const worker = async () => {
    const wire = openWire(target.port);
    while (next < from + cases && performance.now() < until && target.alive()) {
      await onJudged(await runCase(target, wire, makeCase(seed, next++, seeds), known));
    }
    wire.close();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return next - from;
}

async function runCase(
  target: Target,
  wire: ReturnType<typeof openWire>,
  one: NumberedCase,
  known: readonly KnownAnswer[],
): Promise<Judged> {
  const { rules } = target;
  const reading = readRequest(one.request);
  const whole = reading.kind === 'pictures';
  const halfClose = reading.kind === 'incomplete' && one.index % LEFT_OPEN !== 0;
  const timeoutMs = rules.latestMs + rules.hungMs;
  let exchange: Exchange;
  try {
    exchange = await wire.ask(one.request, { halfClose, keep: whole && one.kind !== 'head', timeoutMs });
  } catch (error) {
    return { one, reading, exchange: { closed: true, ms: 0 }, flaws: [`the service takes no connection: ${error}`] };
  }
  const flaws = judge(one, reading, exchange, rules, known);
  if (whole && exchange.answer?.status === 200)
    flaws.push(...(await repeatFlaws(wire, one, reading, exchange.answer, timeoutMs)));
  return { one, reading, exchange, flaws };
}
