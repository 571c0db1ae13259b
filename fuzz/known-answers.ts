import { httpRequest } from './cases/http-request.ts';
import type { KnownAnswer } from './oracle/known-flaws.ts';
import { readResults } from './oracle/read-results.ts';
import type { Seed } from './seeds.ts';
import { openWire } from './wire.ts';

/** What the service says of every seed while nobody has harmed it yet; of one that it refuses there is nothing to hold it to. */
export async function knownAnswers(
  port: number,
  seeds: readonly Seed[],
  { latestMs, hungMs }: { latestMs: number; hungMs: number },
): Promise<KnownAnswer[]> {
  const known = await Promise.all(
    seeds.map(async ({ name, format, bytes }, index) => {
      const wire = openWire(port);
      const headers = { 'Content-Type': `image/${format}`, 'X-Request-Id': `known-${index}` };
      const request = httpRequest('/detect?include=distribution', headers, bytes);
      const { answer } = await wire.ask(request, { halfClose: false, keep: false, timeoutMs: latestMs + hungMs });
      const [result] = (answer?.status === 200 && readResults(answer, false)) || [];
      return result === undefined ? [] : [{ name: `${format} ${name}`, bytes, result }];
    }),
  );
  return known.flat();
}
