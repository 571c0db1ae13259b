import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/**
 * Between two looks at the event loop. Every 10 ms, as prom-client has it, an idle service was woken a hundred times a second, which took 1.3 % of a CPU,
 * and under load a tenth of what a picture costs in the service's process.
 */
const EVERY_MS = 50;
/** prom-client's own looks cannot be switched off; so far apart they never come. */
const NEVER_MS = 2 ** 31 - 1;

/** Seconds. */
const MEASURES: Record<string, (delays: IntervalHistogram) => number> = {
  min: delays => lateness(delays.min),
  max: delays => lateness(delays.max),
  mean: delays => lateness(delays.mean),
  stddev: delays => delays.stddev / 1e9,
  p50: delays => lateness(delays.percentile(50)),
  p90: delays => lateness(delays.percentile(90)),
  p99: delays => lateness(delays.percentile(99)),
};

/** Of nanoseconds from one look to the next. */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - EVERY_MS / 1000);
}

/**
 * prom-client's metrics of the process and of Node.js. Those of the event loop have their names and another measure: how late it came to what was
 * due, since the scrape before, without the time between two looks that Node.js counts in.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: NEVER_MS });
  const delays = monitorEventLoopDelay({ resolution: EVERY_MS });
  delays.enable();
  const gauges = new Map<string, Gauge>();
  const setAll = () => {
    for (const [measure, gauge] of gauges) {
      // Before the first look a histogram has odd numbers.
      gauge.set(delays.count === 0 ? 0 : MEASURES[measure]!(delays));
    }
    delays.reset();
  };
  for (const measure of Object.keys(MEASURES)) {
    const name = `nodejs_eventloop_lag_${measure}_seconds`;
    registry.removeSingleMetric(name);
    const help = `How late the event loop came to what was due, since the last scrape: ${measure}.`;
    // The first is collected before the others are read.
    const collect = gauges.size === 0 ? { collect: setAll } : {};
    gauges.set(measure, new Gauge({ name, help, registers: [registry], ...collect }));
  }
}
