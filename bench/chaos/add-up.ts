import { gauge } from '../measure/watch-service.ts';
import type { Exchange } from './exchange.ts';
import type { LogLines } from './log-lines.ts';

/** What metrics, log and clients say of the same requests, where they do not agree. To be asked at rest. */
export function addUp(metrics: string, log: LogLines, exchanges: readonly Exchange[]): string[] {
  const flaws: string[] = [];
  for (const [key, lines] of log.requests) {
    const [method, route, status] = key.split(' ');
    const counted = seriesSum(metrics, 'gfl_http_requests_total', { method, route, status });
    if (counted !== lines) flaws.push(`${lines} lines in the log of ${key}, ${counted} counted`);
  }
  const deaths = log.events.filter(({ what }) => what === 'died').length;
  const restarts = gauge(metrics, 'gfl_engine_restarts_total');
  if (deaths !== restarts) flaws.push(`${deaths} engines died by the log, ${restarts} by the metrics`);

  // Of those who left nobody knows here whether their pictures were answered.
  const answered = exchanges.reduce(
    (sum, { pictures, status, refusals }) => sum + (status === 200 ? pictures - refusals.length : 0),
    0,
  );
  const ok = seriesSum(metrics, 'gfl_images_total', { outcome: 'ok' });
  if (ok < answered) flaws.push(`${answered} pictures were answered, ${ok} counted`);
  return flaws;
}

/** The sum of the series that have these labels. */
export function seriesSum(metrics: string, name: string, labels: Record<string, string | undefined>): number {
  let sum = 0;
  for (const [, has, value] of metrics.matchAll(new RegExp(`^${name}\\{([^}]*)\\} (\\S+)$`, 'gm'))) {
    if (Object.entries(labels).every(([label, wanted]) => has!.includes(`${label}="${wanted}"`))) sum += Number(value);
  }
  return sum;
}
