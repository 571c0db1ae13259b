import { endWhenStuck } from '../../src/end-when-stuck.ts';

/** Is busy for ever, or for so many milliseconds with a turn of the event loop in between, then ends with 0; argv: limit in seconds, milliseconds. */
const [limitS, busyMs] = process.argv.slice(2).map(Number);
await endWhenStuck(limitS);

function hold(ms: number): void {
  for (const start = performance.now(); performance.now() - start < ms; );
}

if (busyMs === undefined) hold(Number.POSITIVE_INFINITY);
else {
  const startedAt = performance.now();
  const busy = setInterval(() => {
    hold(100);
    if (performance.now() - startedAt > busyMs) clearInterval(busy);
  }, 1);
}
