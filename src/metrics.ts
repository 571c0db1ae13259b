import { Counter, Gauge, Registry } from 'prom-client';
import { type Admission, REJECTION_REASONS } from './admission/admission.ts';
import { CountedHistogram } from './counted-histogram.ts';
import { ENGINE_STATES, type EnginePool, type PoolEvent, RESTART_REASONS } from './engine/pool-types.ts';
import { engineMetrics } from './engine-metrics.ts';
import { collectProcessMetrics } from './event-loop-lag.ts';

/** Where the time of a request can go; one word a stage, everywhere. */
export const STAGES = ['queue', 'image', 'tensor', 'inference', 'gfl', 'nms', 'annotate'] as const;
export type Stage = (typeof STAGES)[number];

/** What can become of a picture that was received whole. */
const OUTCOMES = [
  ...['ok', 'client_gone', 'given_up', 'invalid_request', 'unsupported_media_type', 'unprocessable_image'],
  ...['overloaded', 'internal', 'unavailable', 'deadline_exceeded'],
];
const REJECTED = [
  ...REJECTION_REASONS,
  ...['memory_full', 'quarantined', 'starting', 'draining', 'no_engine', 'crash_loop'],
];

const LATENCY_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const REQUEST = ['route', 'method', 'status'] as const;

export type Metrics = ReturnType<typeof createMetrics>;

/** Every metric of the service, in a registry of its own. Names end in their base unit; times are seconds. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectProcessMetrics(registry);

  let bufferedBytes = () => 0;
  const metrics = {
    registry,
    httpRequests: new Counter({
      name: 'gfl_http_requests_total',
      help: 'Requests answered; route is the template, never the path that was asked for. Status 499: the client had gone.',
      labelNames: REQUEST,
      registers,
    }),
    httpRequestDuration: new CountedHistogram({
      name: 'gfl_http_request_duration_seconds',
      help: 'From the head of a request to its complete answer.',
      labelNames: REQUEST,
      buckets: LATENCY_S,
      registers,
    }),
    stageDuration: new CountedHistogram({
      name: 'gfl_stage_duration_seconds',
      help: 'What one picture spent in a stage; inference is that of the whole batch it was part of.',
      labelNames: ['model', 'stage'] as const,
      buckets: LATENCY_S,
      registers,
    }),
    images: new Counter({
      name: 'gfl_images_total',
      help: 'Pictures by outcome: ok, client_gone, given_up, or the code of the problem.',
      labelNames: ['model', 'outcome'] as const,
      registers,
    }),
    rejected: new Counter({
      name: 'gfl_rejected_total',
      help: 'Turned away before any work was done, or given up before the answer, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    batchSize: new CountedHistogram({
      name: 'gfl_batch_size',
      help: 'Pictures that shared an inference, counted once for each of them.',
      labelNames: ['model'] as const,
      buckets: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64],
      registers,
    }),
    engineRestarts: new Counter({
      name: 'gfl_engine_restarts_total',
      help: 'Engine processes replaced, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    connectionsCut: new Counter({
      name: 'gfl_connections_cut_total',
      help: 'Connections closed to make room for others, because MAX_CONNECTIONS were open.',
      registers,
    }),
    retriedImages: new Counter({
      name: 'gfl_retried_images_total',
      help: 'Pictures given to another engine because theirs ended before it was at work on them.',
      registers,
    }),
    detectionsPerImage: new CountedHistogram({
      name: 'gfl_detections_per_image',
      help: 'Detections in an answer.',
      labelNames: ['model'] as const,
      buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      registers,
    }),
    detectionScore: new CountedHistogram({
      name: 'gfl_detection_score',
      help: 'Joint score of each detection: the predicted IoU of its box.',
      labelNames: ['model'] as const,
      buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
      registers,
    }),
    edgeUncertainty: new CountedHistogram({
      name: 'gfl_edge_uncertainty_pixels',
      help: 'Standard deviation of each box edge, in pixels of the original picture.',
      labelNames: ['model'] as const,
      buckets: [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    /**
     * Writes every series of these counters at 0: to Prometheus one that begins at 1 has not increased, and the first bug and the
     * first death would be seen by nobody.
     */
    startAtZero(models: readonly string[]): void {
      for (const model of models) for (const outcome of OUTCOMES) metrics.images.inc({ model, outcome }, 0);
      for (const reason of REJECTED) metrics.rejected.inc({ reason }, 0);
      for (const reason of RESTART_REASONS) metrics.engineRestarts.inc({ reason }, 0);
    },
    /** Counts what happened among the engines. */
    count(event: PoolEvent): void {
      if (event.type === 'restart') metrics.engineRestarts.inc({ reason: event.reason });
      else if (event.type === 'retry') metrics.retriedImages.inc();
      else metrics.rejected.inc({ reason: 'quarantined' });
    },
    watchBufferedBytes(held: () => number): void {
      bufferedBytes = held;
    },
    watchConnections(open: () => number): void {
      gauge('gfl_connections', 'Open connections to PORT.', open);
    },
    /** Gauges that are read from their owners at each scrape. */
    watch(admission: Admission, pool: EnginePool): void {
      gauge('gfl_queue_depth', 'Pictures waiting for an engine.', () => admission.depth);
      gauge('gfl_queue_capacity', 'Pictures that may wait.', () => admission.capacity);
      gauge(
        'gfl_queue_fill_ratio',
        'Share of the room for waiting that is taken, of gfl_queue_capacity or of DEADLINE_MS, whichever is more; from 1 on pictures are refused.',
        () => admission.fill,
      );
      gauge('gfl_buffered_bytes', 'Bytes of bodies and answers that are held, of MAX_BUFFERED_BYTES.', () =>
        bufferedBytes(),
      );
      gauge('gfl_in_flight', 'Pictures inside the engines.', () => admission.inFlight);
      new Gauge({
        name: 'gfl_engines',
        help: 'Engine processes by state.',
        labelNames: ['state'] as const,
        registers,
        collect() {
          const states = pool.states();
          for (const state of ENGINE_STATES) this.set({ state }, states[state]);
        },
      });
      gauge(
        'gfl_engines_crash_looping',
        'Engines that died repeatedly without answering a picture: each start waits longer than the last.',
        () => pool.crashLooping(),
      );
      engineMetrics(registry, pool);
      gauge('gfl_quarantined_images', 'Pictures, by content, that are refused because engines died of them.', () =>
        pool.quarantined(),
      );
      new Gauge({
        name: 'gfl_model_info',
        help: 'Always 1: what was loaded, and where it runs.',
        labelNames: ['model', 'version', 'provider', 'sha256'] as const,
        registers,
        collect() {
          this.reset();
          for (const { name: model, version, provider, sha256 } of pool.models) {
            this.set({ model, version, provider, sha256 }, 1);
          }
        },
      });
    },
  };
  return metrics;

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
}
