import type { Metric, Registry } from 'prom-client';

export interface HistogramOptions<Label extends string> {
  name: string;
  help: string;
  labelNames: readonly Label[];
  /** Upper bounds in rising order, without infinity. */
  buckets: readonly number[];
  registers: readonly Registry[];
}

/** One combination of labels. */
interface Series<Label extends string> {
  labels: Readonly<Record<Label, string>>;
  /** Not cumulative; the last is for what lies above all bounds. */
  counts: number[];
  sum: number;
}

/**
 * A histogram as prom-client's, whose registry gives it out, but made for being observed: prom-client makes text of the labels and of
 * the bucket's bound at each observation, 3 us in a process whose caches others use, and a picture with ten detections has sixty.
 */
export class CountedHistogram<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly labelNames: readonly Label[];
  readonly upperBounds: readonly number[];
  private readonly series = new Map<string, Series<Label>>();

  constructor({ name, help, labelNames, buckets, registers }: HistogramOptions<Label>) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    this.upperBounds = buckets;
    // All that a registry asks of a metric is a name and `get`.
    for (const registry of registers) registry.registerMetric(this as unknown as Metric);
  }

  observe(labels: Readonly<Record<Label, string>>, value: number): void {
    this.observeAll(labels, [value]);
  }

  observeAll(labels: Readonly<Record<Label, string>>, values: Iterable<number>): void {
    const { upperBounds } = this;
    let series: Series<Label> | undefined;
    for (const value of values) {
      series ??= this.seriesOf(labels); // not sooner: without values there is no series
      let bucket = 0;
      while (bucket < upperBounds.length && !(value <= upperBounds[bucket]!)) bucket += 1;
      series.counts[bucket]! += 1;
      series.sum += value;
    }
  }

  /** In prom-client's form; called by its registry. */
  async get() {
    const { name, help, type, aggregator } = this;
    const values = [...this.series.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, index) => {
        total += count;
        const le = this.upperBounds[index] ?? '+Inf';
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total };
      });
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: total },
      ];
    });
    return { name, help, type, aggregator, values };
  }

  private seriesOf(labels: Readonly<Record<Label, string>>): Series<Label> {
    let key = '';
    for (const name of this.labelNames) key += `${labels[name]}\n`;
    const known = this.series.get(key);
    if (known !== undefined) return known;
    const counts = new Array<number>(this.upperBounds.length + 1).fill(0);
    const series = { labels: { ...labels }, counts, sum: 0 };
    this.series.set(key, series);
    return series;
  }
}
