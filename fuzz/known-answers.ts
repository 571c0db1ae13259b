import { httpRequest } from './cases/http-request.ts';
import type { KnownAnswer } from './oracle/known-flaws.ts';
import { readResults } from './oracle/read-results.ts';
import type { Seed } from './seeds.ts';
import { openWire } from './wire.ts';

/** What the service says of every seed while nobody has harmed it yet. */
export function knownAnswers(
  port: number,
  seeds: readonly Seed[],
  { latestMs, hungMs }: { latestMs: number; hungMs: number },
): Promise<KnownAnswer[]> {
  return Promise.all(
    seeds.map(async ({ name, format, bytes }, index) => {
      const wire = openWire(port);
      const headers = { 'Content-Type': `image/${format}`, 'X-Request-Id': `known-${index}` };
      const request = httpRequest('/detect?include=distribution', headers, bytes);
      const { answer } = await wire.ask(request, { halfClose: false, keep: false, timeoutMs: latestMs + hungMs });
      const [result] = (answer?.status === 200 && readResults(answer, false)) || [];
      return { name: `${format} ${name}`, bytes, result };
    }),
  );
}
