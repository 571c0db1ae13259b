import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rest } from '../../../bench/chaos/at-rest.ts';
import type { Exchange } from '../../../bench/chaos/exchange.ts';
import { judgeRest } from '../../../bench/chaos/judge-rest.ts';
import type { LogLines } from '../../../bench/chaos/log-lines.ts';

const METRICS = `gfl_http_requests_total{route="/detect",method="POST",status="200"} 7
gfl_http_requests_total{route="/detect",method="POST",status="503"} 2
gfl_engine_restarts_total{reason="killed"} 1
gfl_engine_restarts_total{reason="crash"} 0
gfl_images_total{model="tiny",outcome="ok"} 5
`;
const READING = { at: 0, service: 150, engines: 400, descriptors: 76, threads: 30 };
const FIRST: Rest = { reading: READING, metrics: METRICS, flaws: [] };

function log(lines: [key: string, count: number][], deaths: number): LogLines {
  const events = Array(deaths).fill({ at: 0, what: 'died', engine: 1, delayMs: 0, serving: 1 });
  return {
    ...{ events, requests: new Map(lines), unexpected: [], statusesOf: () => [], fewestServing: () => 2 },
    deathsWithin: () => [],
    shortagesWithin: () => 0,
  };
}

const LOG = log([['POST /detect 200', 7]], 1);
const answered = (pictures: number) => [{ status: 200, pictures, refusals: [], left: false } as unknown as Exchange];
const reading = (change: Partial<Rest['reading']>): Rest => ({ ...FIRST, reading: { ...READING, ...change } });

const CASES: [name: string, rest: Rest, log: LogLines, exchanges: Exchange[], found: RegExp | undefined][] = [
  ['as at first', FIRST, LOG, answered(5), undefined],
  ['something that is not as at rest', { ...FIRST, flaws: ['gfl_in_flight is 1'] }, LOG, [], /gfl_in_flight is 1/],
  [
    'a line more than counted',
    FIRST,
    log([['POST /detect 200', 8]], 1),
    [],
    /8 lines .* of POST \/detect 200, 7 counted/,
  ],
  ['a death more than counted', FIRST, log([], 2), [], /2 engines died by the log, 1 by the metrics/],
  ['answers that were not counted', FIRST, LOG, answered(6), /6 pictures were answered, 5 counted/],
  ['descriptors', reading({ descriptors: 90 }), LOG, [], /14 more descriptors/],
  ['threads', reading({ threads: 40 }), LOG, [], /10 more threads/],
  ['memory', reading({ service: 400 }), LOG, [], /250 MB more/],
];

for (const [name, rest, lines, exchanges, found] of CASES) {
  test(`at rest: ${name}`, () => {
    const flaws = judgeRest(rest, FIRST, lines, exchanges).join('\n');
    if (found === undefined) assert.equal(flaws, '');
    else assert.match(flaws, found);
  });
}
