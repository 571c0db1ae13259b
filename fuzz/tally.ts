import type { Judged } from './run-cases.ts';

/** Counts of what was sent and what came back, by kind. */
export function createTally() {
  const kinds = new Map<string, Record<string, number>>();
  let slowestMs = 0;
  let flawed = 0;
  let wholePictures = 0;
  return {
    add({ one, exchange, reading, flaws }: Judged) {
      const row = kinds.get(one.kind) ?? {};
      const outcome = exchange.answer === undefined ? 'closed' : String(exchange.answer.status);
      row[outcome] = (row[outcome] ?? 0) + 1;
      kinds.set(one.kind, row);
      slowestMs = Math.max(slowestMs, exchange.ms);
      if (flaws.length > 0) flawed += 1;
      if (reading.kind === 'pictures') wholePictures += 1;
    },
    get flawed() {
      return flawed;
    },
    lines(): string[] {
      const rows = [...kinds]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([kind, row]) => {
          const outcomes = Object.entries(row)
            .sort()
            .map(([outcome, count]) => `${outcome}: ${count}`);
          return `  ${kind.padEnd(12)} ${outcomes.join(', ')}`;
        });
      return [...rows, `  slowest answer ${Math.round(slowestMs)} ms; requests that were whole: ${wholePictures}`];
    },
  };
}
