import type { Cell, Load } from './cell.ts';
import { closedLoop } from './load/closed-loop.ts';
import type { PictureRequest } from './load/connection.ts';
import { type Instruments, type Measured, measureServer } from './measure-load.ts';
import { percentile } from './percentile.ts';
import type { ServerSide } from './sides/side.ts';

/** In this order: a steady load needs to know the peak. */
const LOADS: readonly Exclude<Load, 'loop'>[] = ['16', 'steady', '4', '1'];
const STEADY_SHARE = 0.7;
/** V8 compiles what a request needs over a thousand of them and more: a server that runs for days is not measured by its first ones. */
const FIRST_LOAD = { warmUpMs: 0, durationMs: 30_000 };

/** Every side under every load, load by load, starting with another side each round, after each had its first load. Bare sessions go with the heaviest load. */
export async function measureRounds(
  servers: readonly ServerSide[],
  bare: readonly (() => Promise<Measured>)[],
  requests: readonly PictureRequest[],
  rounds: number,
  instruments: Instruments,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const server of servers) await closedLoop(server.urls, requestsFor(server, requests), 16, FIRST_LOAD);
  for (let round = 1; round <= rounds; round++) {
    for (const load of LOADS) {
      const turns = [
        ...(load === '16' ? bare : []),
        ...servers
          .filter(({ loads = LOADS }) => loads.includes(load))
          .map(server => () => {
            const rate = STEADY_SHARE * peakOf(cells, server.name);
            return measureServer(server, load, requestsFor(server, requests), rate, instruments);
          }),
      ];
      for (let turn = 0; turn < turns.length; turn++) {
        const measured = await turns[(turn + round - 1) % turns.length]!();
        cells.push({ round, ...measured });
        console.error(`round ${round}, ${load}: ${measured.side}: ${measured.perSecond.toFixed(1)} pictures/s`);
      }
    }
  }
  return cells;
}

function requestsFor(server: ServerSide, requests: readonly PictureRequest[]): PictureRequest[] {
  return requests.map(request => server.request?.(request) ?? request);
}

function peakOf(cells: readonly Cell[], side: string): number {
  const rates = cells.filter(cell => cell.side === side && cell.load === '16').map(cell => cell.perSecond);
  return percentile(rates, 0.5);
}
