import type { Load, ModelRun } from '../cell.ts';
import { percentile } from '../percentile.ts';
import { markdownTable } from './markdown-table.ts';

/** Pictures/s of one measurement a round. */
function rounds({ cells }: ModelRun, side: string, load: Load): number[] {
  return cells.filter(cell => cell.side === side && cell.load === load).map(cell => cell.perSecond);
}

export function spread(values: readonly number[], digits: number): string {
  if (values.length === 0) return '';
  const text = (value: number) => value.toFixed(digits);
  const median = text(percentile(values, 0.5));
  return values.length === 1 ? median : `${median} (${text(Math.min(...values))}-${text(Math.max(...values))})`;
}

/** Ratios are taken within each round, where both sides met the same machine. */
function ratios(run: ModelRun, side: string, load: Load, to: readonly number[]): string {
  return spread(
    rounds(run, side, load)
      .map((value, round) => value / to[round]!)
      .filter(Number.isFinite),
    2,
  );
}

const CONNECTIONS = ['16', '4', '1'] as const;

/**
 * Pictures a second, and what share that is of the bare session and of the peers. Both of these run the graph as it is shipped: what the service gains by
 * rewriting it is in its shares.
 */
export function throughputTable(run: ModelRun, names: { bare: string; peers: readonly string[] }): string {
  const bare = rounds(run, names.bare, 'loop');
  const peers = names.peers.filter(name => run.sides.includes(name));
  const rows = run.sides.flatMap(side => {
    const loop = rounds(run, side, 'loop');
    if (loop.length > 0) return [[side, '-', spread(loop, 1), ratios(run, side, 'loop', bare)]];
    return CONNECTIONS.flatMap(load => {
      const rates = rounds(run, side, load);
      if (rates.length === 0) return [];
      const toBare = load === '16' ? ratios(run, side, load, bare) : '';
      const toPeers = peers.map(peer => (peers.includes(side) ? '' : ratios(run, side, load, rounds(run, peer, load))));
      return [[side, load, spread(rates, 1), toBare, ...toPeers]];
    });
  });
  return markdownTable(
    ['', 'connections', 'pictures/s', 'of the bare session', ...peers.map(name => `of the ${name}`)],
    rows,
  );
}
