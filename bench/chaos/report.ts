import { markdownTable } from '../report/markdown-table.ts';
import type { ChaosResult } from './chaos.ts';

/** What was done and what came of it, for people. */
export function report({ exchanges, torments, rests, deaths, looks, stopped }: ChaosResult): string {
  const answers: Record<string, number> = {};
  for (const { status, left } of exchanges) {
    const became = left ? 'left' : String(status ?? 'cut');
    answers[became] = (answers[became] ?? 0) + 1;
  }
  const rows = [...torments].sort(([, a], [, b]) => b - a).map(([name, times]) => [name, String(times)]);
  const done = [...torments.values()].reduce((sum, times) => sum + times, 0);
  const memory = rests.map(({ reading: { service, engines } }) => `${service.toFixed(0)} + ${engines.toFixed(0)}`);
  const last = rests.at(-1)!.reading;
  return `${markdownTable(['fault', 'times'], rows)}

${done} faults, ${deaths} engines died; ${exchanges.length} requests: ${JSON.stringify(answers)}
probes and metrics were looked at ${looks} times
at rest: service and engines ${memory.join(', ')} MB; ${rests[0]!.reading.descriptors} descriptors at first, ${last.descriptors} at last
ended ${stopped.ms.toFixed(0)} ms after ${stopped.signal}`;
}
