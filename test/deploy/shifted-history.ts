const DAYS_AGO = [1, 7];
const MINUTES = 80;
const STEP_MINUTES = 5;

/**
 * What Prometheus would have seen around this time a day and a week ago, had the counters of `exposition` grown evenly to where
 * they are now: text in the OpenMetrics format. `labels` are those that a scrape adds.
 */
export function shiftedHistory(exposition: string, labels: Record<string, string>, nowMs = Date.now()): string {
  const added = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  const series = [...exposition.matchAll(/^(gfl_\w+_(?:bucket|sum|count|total))(?:\{(.*)\})? (\S+)$/gm)];
  const lines = series.flatMap(([, name, own, value]) => {
    const all = [...(own ? [own] : []), ...added].join(',');
    return DAYS_AGO.toReversed().flatMap(days =>
      Array.from({ length: MINUTES / STEP_MINUTES + 1 }, (_, step) => {
        const seconds = nowMs / 1000 - days * 86_400 + (step * STEP_MINUTES - MINUTES + STEP_MINUTES) * 60;
        return `${name}{${all}} ${(Number(value) * step * STEP_MINUTES) / MINUTES} ${seconds.toFixed(3)}`;
      }),
    );
  });
  return `${lines.join('\n')}\n# EOF\n`;
}
